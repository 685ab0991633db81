import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { expect, onTestFinished, test } from "vitest";
import { lambdaMappings } from "../src/lambda-mappings.ts";
import { stopMappings } from "../src/stop-mappings.ts";

const ALARM = { alarmData: { alarmName: "image-pipeline-prod-budget-images" } };

/** Runs the function's work with mappings of which some cannot be turned off. */
async function stop(ids: readonly string[], broken: readonly string[] = []) {
  const disabled: string[] = [];
  const logged: unknown[] = [];
  const done = stopMappings(ids, {
    alarm: ALARM,
    mappings: {
      async disable(id) {
        if (broken.includes(id)) throw new Error("throttled");
        disabled.push(id);
        return "Disabling";
      },
    },
    logger: {
      warn: (_message, ...fields) => void logged.push(...fields),
      error: (_message, ...fields) => void logged.push(...fields),
    },
  });
  const error = await done.then(
    () => undefined,
    (thrown: Error) => thrown.message,
  );
  return { disabled, logged, error };
}

test("an alarm of the budget turns every mapping off, and the log names the alarm", async () => {
  const { disabled, logged, error } = await stop(["a", "b"]);
  expect({ disabled, error }).toEqual({ disabled: ["a", "b"], error: undefined });
  expect(logged[0]).toMatchObject({ id: "a", alarmName: "image-pipeline-prod-budget-images" });
});

test("one mapping that cannot be turned off leaves no other on, and Lambda repeats the invocation", async () => {
  const { disabled, error } = await stop(["a", "b", "c"], ["b"]);
  expect(disabled).toEqual(["a", "c"]);
  expect(error).toBe("event source mappings that are still on: b");
});

test("Lambda is asked to disable a mapping by its id, and for nothing else", async () => {
  const requests: unknown[] = [];
  const server = createServer(async (request, response) => {
    requests.push([request.method, request.url, JSON.parse(await text(request))]);
    response.writeHead(202, { "content-type": "application/json" }).end('{"UUID":"a","State":"Disabling"}');
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const address = server.address();
  const client = new LambdaClient({
    region: "us-east-1",
    endpoint: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`,
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
  });
  expect(await lambdaMappings(client).disable("a")).toBe("Disabling");
  client.destroy();
  expect(requests).toEqual([["PUT", "/2015-03-31/event-source-mappings/a", { Enabled: false }]]);
});
