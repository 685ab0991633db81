import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import {
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  GetEventSourceMappingCommand,
  LambdaClient,
} from "@aws-sdk/client-lambda";
import { CreateTopicCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { BudgetEnvironment } from "@image-pipeline/schema/environment";
import { startProgram } from "@image-pipeline/testing/progress";
import { strToU8, unzipSync, zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { awsClients } from "./deploy/aws-clients.ts";
import { findRequirements } from "./deploy/requirements.ts";
import { type Moto, startMoto } from "./deploy/start-moto.ts";
import { temporaryFolder } from "./deployments.ts";

const PREFIX = "image-pipeline-local";
const ACCOUNT = "arn:aws:iam::123456789012";
const queueArn = (name: string) => `arn:aws:sqs:us-east-1:123456789012:${PREFIX}-${name}`;
const { missing } = await findRequirements(process.env);

it.runIf(process.env.CI === "true")("has moto on a CI machine", () => {
  expect(missing.filter((one) => one.startsWith("moto"))).toEqual([]);
});

describe.skipIf(missing.some((one) => one.startsWith("moto")))("a budget that is used up", () => {
  const folder = temporaryFolder();
  let moto: Moto;
  let lambda: LambdaClient;
  let mappingId: string;

  beforeAll(async () => {
    moto = await startMoto(folder);
    const { sns, sqs } = awsClients(moto.address);
    const settings = {
      region: "us-east-1",
      endpoint: moto.address,
      credentials: { accessKeyId: "x", secretAccessKey: "x" },
    };
    lambda = new LambdaClient(settings);
    const iam = new IAMClient(settings);
    await iam.send(new CreateRoleCommand({ RoleName: "worker", AssumeRolePolicyDocument: "{}" }));
    for (const QueueName of ["renditions-dlq", "ingest-failures", "ingest-dlq"].map(
      (name) => `${PREFIX}-${name}`,
    ))
      await sqs.send(new CreateQueueCommand({ QueueName }));
    const redrive = { deadLetterTargetArn: queueArn("renditions-dlq"), maxReceiveCount: 5 };
    const { QueueUrl } = await sqs.send(
      new CreateQueueCommand({
        QueueName: `${PREFIX}-renditions`,
        Attributes: { RedrivePolicy: JSON.stringify(redrive) },
      }),
    );
    for (const topic of ["image-events", "image-results"]) {
      const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: `${PREFIX}-${topic}` }));
      if (topic === "image-events")
        await sns.send(
          new SubscribeCommand({
            TopicArn,
            Protocol: "sqs",
            Endpoint: queueArn("renditions"),
            Attributes: {
              RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn("renditions-dlq") }),
            },
          }),
        );
    }
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: `${PREFIX}-worker`,
        Role: `${ACCOUNT}:role/worker`,
        Runtime: "nodejs22.x",
        Handler: "index.handler",
        Code: { ZipFile: zipSync({ "index.js": strToU8("exports.handler = async () => {};") }) },
      }),
    );
    const { UUID = "" } = await lambda.send(
      new CreateEventSourceMappingCommand({
        EventSourceArn: queueArn("renditions"),
        FunctionName: `${PREFIX}-worker`,
        Enabled: true,
      }),
    );
    mappingId = UUID;
    // Moto takes no message from it before it would call Docker.
    await stop();
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "an image event" }));
  });
  afterAll(async () => {
    lambda?.destroy();
    await moto?.stop();
  });

  const state = async () => (await lambda.send(new GetEventSourceMappingCommand({ UUID: mappingId }))).State;

  /** Runs the function's zip as an alarm would invoke it. */
  async function stop() {
    const zip = fileURLToPath(import.meta.resolve("@image-pipeline/budget/local/lambda.zip"));
    for (const [file, data] of Object.entries(unzipSync(readFileSync(zip))))
      writeFileSync(join(folder, file), data);
    const invocation = join(folder, "invoke.cjs");
    writeFileSync(
      invocation,
      `require("./index.js").handler({ alarmData: { alarmName: "budget-images" } }, {})`,
    );
    return startProgram(invocation, [], {
      variables: {
        AWS_ENDPOINT_URL: moto.address,
        AWS_REGION: "us-east-1",
        AWS_ACCESS_KEY_ID: "x",
        AWS_SECRET_ACCESS_KEY: "x",
        ...BudgetEnvironment.encode({ MAPPING_IDS: [mappingId] }),
      },
    }).ended;
  }
  const budget = (...argv: string[]) =>
    startProgram(
      resolve(import.meta.dirname, "../../cli/bin/pipeline.mjs"),
      ["budget", ...argv, "--endpoint", moto.address, "--json"],
      { variables: { HOME: folder } },
    ).ended;

  it("ends with the mapping off, which the function's zip does, and names the alarm in its log", async () => {
    const { code, stdout, stderr } = await stop();
    expect({ code, state: await state() }).toEqual({ code: 0, state: "Disabled" });
    expect(stdout + stderr).toContain('"alarmName":"budget-images"');
  });

  it("keeps the uploads in their queue, counted, until budget resume turns the mapping on again", async () => {
    const stopped = await budget("status");
    expect(stopped.code).toBe(1);
    expect(JSON.parse(stopped.stdout)).toMatchObject({ id: mappingId, state: "Disabled", waiting: 1 });
    const dry = await budget("resume", "--dry-run");
    expect({ code: dry.code, state: await state() }).toEqual({ code: 0, state: "Disabled" });
    const resumed = await budget("resume");
    expect(JSON.parse(resumed.stdout)).toMatchObject({ isChanged: true, state: "Enabled" });
    expect({ code: resumed.code, state: await state() }).toEqual({ code: 0, state: "Enabled" });
  });
});
