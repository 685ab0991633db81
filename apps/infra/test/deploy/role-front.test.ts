import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { ListQueuesCommand, SQSClient, TagQueueCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Statement } from "../policies.ts";
import { RoleFront } from "./role-front.ts";

const QUEUE = "arn:aws:sqs:us-east-1:123456789012:p-dev-a";
const TAG_QUEUES: Statement = {
  Sid: "TagQueues",
  Effect: "Allow",
  Action: ["sqs:TagQueue"],
  Resource: [QUEUE],
  Condition: { StringEquals: { "aws:RequestTag/Project": ["p"] } },
};

describe("the proxy in front of moto", () => {
  let moto: Server;
  let front: RoleFront;
  let upstream: { address: string; stateMachines: string };
  let answered = 0;
  beforeAll(async () => {
    moto = createServer((_request, response) => {
      answered++;
      response.writeHead(200, { "content-type": "application/x-amz-json-1.0" }).end("{}");
    });
    await once(moto.listen(0, "127.0.0.1"), "listening");
    const address = moto.address();
    const port = address !== null && typeof address === "object" ? address.port : 0;
    const server = `http://127.0.0.1:${port}`;
    upstream = { address: server, stateMachines: server };
    front = await RoleFront.start(upstream);
  });
  afterAll(async () => {
    await front.close();
    moto.close();
  });

  const clientOf = (accessKeyId: string) =>
    new SQSClient({
      endpoint: front.address,
      region: "us-east-1",
      credentials: { accessKeyId, secretAccessKey: "secret" },
    });
  const tag = (name: string, Project: string) =>
    new TagQueueCommand({ QueueUrl: `http://sqs/123456789012/${name}`, Tags: { Project } });

  it("forwards a call that the role's policy allows", async () => {
    const role = clientOf(front.keyOf("a-role", [TAG_QUEUES]));
    await expect(role.send(tag("p-dev-a", "p"))).resolves.toBeDefined();
    expect(front.calls.at(-1)).toMatchObject({ role: "a-role", action: "sqs:TagQueue", status: 200 });
  });

  it.each([
    ["on another resource", "p-prod-a", "p"],
    ["that does not meet a condition", "p-dev-a", "q"],
  ])("refuses a call %s, and does not forward it", async (_what, queue, project) => {
    const before = answered;
    const role = clientOf(front.keyOf("a-role", [TAG_QUEUES]));
    await expect(role.send(tag(queue, project))).rejects.toMatchObject({ name: "AccessDeniedException" });
    expect(answered).toBe(before);
    expect([...front.refused]).toContain(`a-role sqs:TagQueue ${QUEUE.replace("p-dev-a", queue)}`);
  });

  it("refuses and reports a call whose permissions are unknown, even if the policy allows everything", async () => {
    const all: Statement = { Sid: "All", Effect: "Allow", Action: ["*"], Resource: ["*"] };
    const role = clientOf(front.keyOf("another-role", [all]));
    await expect(role.send(new ListQueuesCommand({}))).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
    expect([...front.unknown]).toEqual([expect.stringContaining("sqs:ListQueues POST /")]);
  });

  it.each([
    ["forwards every call of the test's own key", "operator", 1],
    ["refuses every call of an unknown key", "somebody", 0],
  ])("%s", async (_what, key, forwarded) => {
    const before = answered;
    await clientOf(key)
      .send(tag("p-dev-a", "p"))
      .catch(() => undefined);
    expect(answered).toBe(before + forwarded);
  });

  it("forwards every call if moto is to decide", async () => {
    const before = answered;
    const open = await RoleFront.start(upstream, { allowsAll: true });
    const client = new SQSClient({
      endpoint: open.address,
      region: "us-east-1",
      credentials: { accessKeyId: "somebody", secretAccessKey: "secret" },
    });
    await client.send(new ListQueuesCommand({}));
    await open.close();
    expect(answered).toBe(before + 1);
  });
});
