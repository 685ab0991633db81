import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { expect, it, onTestFinished } from "vitest";
import { secretsManagerSecrets } from "../src/webhook-secrets.ts";

const ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:hook-AbCdEf";
const secretOf = (byte: number) => `whsec_${Buffer.alloc(32, byte).toString("base64")}`;

/** An API of Secrets Manager with these versions of one secret by their stages. */
async function manager(versions: Record<string, string>) {
  const server = createServer(async (request, response) => {
    const { VersionStage } = JSON.parse(await text(request));
    const found = versions[VersionStage];
    response.writeHead(found === undefined ? 400 : 200, { "content-type": "application/x-amz-json-1.1" });
    response.end(
      JSON.stringify(found === undefined ? { __type: "ResourceNotFoundException" } : { SecretString: found }),
    );
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const client = new SecretsManagerClient({
    region: "us-east-1",
    endpoint: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`,
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
  });
  onTestFinished(() => {
    client.destroy();
    server.closeAllConnections();
    server.close();
  });
  return client;
}

it("signs with the current secret, and with the one before it while there is one", async () => {
  const versions: Record<string, string> = { AWSCURRENT: secretOf(1) };
  let now = 0;
  const read = secretsManagerSecrets(await manager(versions), ARN, () => now);
  expect(await read()).toEqual([secretOf(1)]);
  Object.assign(versions, { AWSCURRENT: secretOf(2), AWSPREVIOUS: secretOf(1) });
  expect(await read()).toEqual([secretOf(1)]);
  now = 6 * 60_000;
  expect(await read()).toEqual([secretOf(2), secretOf(1)]);
});

it("names the secret that is not of a webhook, but not its value", async () => {
  const read = secretsManagerSecrets(await manager({ AWSCURRENT: "hunter2" }), ARN);
  const error: unknown = await read().catch((reason: unknown) => reason);
  expect(String(error)).toContain(`AWSCURRENT of the secret ${ARN} must be whsec_`);
  expect(String(error)).not.toContain("hunter2");
});

it("names a secret that does not exist", async () => {
  await expect(secretsManagerSecrets(await manager({}), ARN)()).rejects.toThrow(`${ARN} does not exist`);
});
