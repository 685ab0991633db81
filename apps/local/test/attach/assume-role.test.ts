import { createServer } from "node:http";
import { expect, it, onTestFinished } from "vitest";
import { assumeRole } from "../../src/attach/assume-role.ts";
import { listen } from "../../src/net/listen.ts";
import { lambdaOf } from "../function-factory.ts";

const ANSWER = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>id</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken><Expiration>2030-01-01T00:00:00Z</Expiration>
</Credentials></AssumeRoleResult></AssumeRoleResponse>`;

async function connectionTo(status: number, body: string) {
  const server = createServer((_request, response) =>
    response.writeHead(status, { "content-type": "text/xml" }).end(body),
  );
  onTestFinished(() => void server.close());
  return {
    endpoint: await listen(server, [0]),
    region: "us-east-1",
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
  };
}

it("returns the credentials of a function's role", async () => {
  const connection = await connectionTo(200, ANSWER);
  expect(await assumeRole(lambdaOf(""), connection)).toEqual({
    accessKeyId: "id",
    secretAccessKey: "secret",
    sessionToken: "token",
  });
});

it("names a role that cannot be assumed, and its function", async () => {
  const connection = await connectionTo(
    403,
    "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not you</Message></Error></ErrorResponse>",
  );
  const attempt = assumeRole(lambdaOf(""), connection);
  await expect(attempt).rejects.toThrow(
    "my-function: its role arn:aws:iam::000000000000:role/my-function cannot be assumed: not you",
  );
});
