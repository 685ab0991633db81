import { once } from "node:events";
import { createServer } from "node:http";
import { LOCAL_WEBHOOK } from "@image-pipeline/schema/names";
import { expect, it, onTestFinished } from "vitest";
import { answerSecretsManager, asksSecretsManager } from "../../src/s3-proxy/secrets-manager.ts";

/** Sends a request to an API with the secret `whsec_x`. */
async function ask(target: string, body: string) {
  const server = createServer((request, response) => {
    if (asksSecretsManager(request)) return void answerSecretsManager({ request, response }, "whsec_x");
    response.writeHead(404).end("null");
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const address = server.address();
  const answer = await fetch(`http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/`, {
    method: "POST",
    headers: { "x-amz-target": target, connection: "close" },
    body,
  });
  return { status: answer.status, body: await answer.json() };
}

const GET = "secretsmanager.GetSecretValue";
const SecretId = LOCAL_WEBHOOK.secretArn;

it("gives the webhook's secret, which has no version before it", async () => {
  expect(await ask(GET, JSON.stringify({ SecretId }))).toMatchObject({
    status: 200,
    body: { ARN: SecretId, SecretString: "whsec_x" },
  });
  expect(await ask(GET, JSON.stringify({ SecretId, VersionStage: "AWSPREVIOUS" }))).toMatchObject({
    status: 400,
    body: { __type: "ResourceNotFoundException" },
  });
});

it.each([
  ["another secret", GET, '{"SecretId":"other"}', "ResourceNotFoundException"],
  ["no secret", GET, "{}", "InvalidParameterException"],
  ["no JSON", GET, "x", "InvalidParameterException"],
  ["another operation", "secretsmanager.PutSecretValue", "{}", "InvalidRequestException"],
])("refuses a request for %s", async (_, target, body, type) => {
  expect(await ask(target, body)).toMatchObject({ status: 400, body: { __type: type } });
});

it("leaves requests to other services alone", async () => {
  expect(await ask("AmazonSQS.SendMessage", "{}")).toMatchObject({ status: 404 });
});
