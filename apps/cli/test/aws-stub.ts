import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";

/** A request of an AWS SDK client that speaks JSON. */
export interface AwsCall {
  operation: string;
  input: Record<string, unknown>;
}

/** A server that answers the JSON protocol of AWS, for services that fauxqs lacks. @returns the settings of a client */
export async function awsStub(answer: (call: AwsCall) => object) {
  const calls: AwsCall[] = [];
  const server = createServer(async (request, response) => {
    const operation = String(request.headers["x-amz-target"]).split(".").at(-1) ?? "";
    const call = { operation, input: JSON.parse(await text(request)) };
    calls.push(call);
    response.setHeader("content-type", "application/x-amz-json-1.1").end(JSON.stringify(answer(call)));
  }).listen(0, "127.0.0.1");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, "listening");
  const address = server.address();
  const endpoint = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  return { calls, settings: { region: "us-east-1", maxAttempts: 1, endpoint, credentials } };
}
