import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { ListTopicsCommand } from "@aws-sdk/client-sns";
import { ListQueuesCommand } from "@aws-sdk/client-sqs";
import { definePipeline, type PipelineInput, pipelineFor } from "@image-pipeline/schema/config";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AwsClients, awsClients } from "./deploy/aws-clients.ts";
import { CiProject, inOrder } from "./deploy/ci-project.ts";
import { ciRoles } from "./deploy/ci-roles.ts";
import { createHostedZone } from "./deploy/hosted-zone.ts";
import { MOTO_ADAPTATIONS, removePolicies, type StackFile } from "./deploy/moto-adaptations.ts";
import { MOTO_SUPPLEMENT } from "./deploy/moto-supplement.ts";
import { findRequirements } from "./deploy/requirements.ts";
import { RoleFront } from "./deploy/role-front.ts";
import { type Moto, startMoto } from "./deploy/start-moto.ts";
import { createStateBucket } from "./deploy/state-bucket.ts";
import { STATE_MACHINE_FRONT } from "./deploy/state-machine-front.ts";
import { StepLog } from "./deploy/step-log.ts";
import { temporaryFolder } from "./deployments.ts";
import { NOT_USED_BY_DEPLOYMENTS, unusedByAll } from "./iam/permission-use.ts";
import type { Statement } from "./policies.ts";

const STATE_BUCKET = "image-pipeline-state-123456789012";
const TEAM_BUCKET = "team-uploads";
const UPLOADS = "image-pipeline-dev-uploads-123456789012";
const PLAN = "image-pipeline-plan";
const APPLY_DEV = "image-pipeline-apply-dev";
const APPLY_PROD = "image-pipeline-apply-prod";
const { providerMirror, missing } = await findRequirements(process.env);
const log = new StepLog();

const WEBHOOK = {
  url: "https://shop.example.com/images",
  secretArn: "arn:aws:secretsmanager:us-east-1:123456789012:secret:images-AbCdEf",
};
const DELIVERY = {
  enabled: true,
  domain: "images.example.com",
  certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555",
  access: "signed",
  manifests: "signed",
  publicKeys: { a: aPublicKey() },
} satisfies PipelineInput["delivery"];

/** Two environments: dev has every part; prod has an upload bucket of another team. */
const CONFIG: PipelineInput = {
  presets: { thumb: { width: 160, height: 160, fit: "cover", formats: ["webp"] } },
  analysis: { enabled: true },
  workflow: { enabled: true },
  reserveConcurrency: true,
  budget: { imagesPerHour: 1000, dollarsPerMonth: 100, stop: true },
  ci: { repository: "an-owner/images" },
  tags: { Team: "images" },
  environments: {
    dev: { destroyBucketsWithObjects: true, webhooks: [WEBHOOK] },
    prod: {
      uploads: { existingBucket: TEAM_BUCKET },
      workflow: { enabled: false },
      alarms: { unattended: true },
    },
  },
};
/** Settings of the delivery that replace no distribution; the new key is trusted beside the old one. */
const CHANGED_DELIVERY = {
  ...DELIVERY,
  allowedOrigins: ["https://app.example.com"],
  manifests: { maxAgeSeconds: 60 },
  publicKeys: { ...DELIVERY.publicKeys, b: aPublicKey() },
} satisfies PipelineInput["delivery"];
/** Changes of settings, and of the tags of every resource, that replace no resource. */
const CHANGED: Partial<PipelineInput> = {
  tags: { Owner: "images" },
  uploads: { prefix: "photos/" },
  worker: { memoryMegabytes: 2048, maximumConcurrency: 12 },
  workflow: { enabled: true, minBytes: 1024, timeoutSeconds: 90 },
  audit: { intervalHours: 12 },
  logRetentionDays: 90,
  retention: { supersededDays: 8 },
  budget: { imagesPerHour: 2000, dollarsPerMonth: 100, stop: true },
};

describe.skipIf(missing.length > 0)("the roles of GitHub Actions", () => {
  const folder = temporaryFolder();
  let moto: Moto;
  let front: RoleFront;
  let dev: CiProject;
  let prod: CiProject;
  let roles: ReadonlyMap<string, Statement[]>;
  let operator: AwsClients;
  let config: PipelineInput;
  let changed: PipelineInput;

  beforeAll(async () => {
    moto = await startMoto(folder);
    front = await RoleFront.start(moto);
    operator = awsClients(front.address);
    for (const why of [...MOTO_ADAPTATIONS.map((one) => one.why), STATE_MACHINE_FRONT, MOTO_SUPPLEMENT])
      log.say(`adapted for moto: ${why}`);
    const zoneId = await createHostedZone(front.address, "example.com");
    config = withDelivery(CONFIG, { ...DELIVERY, zoneId });
    changed = { ...withDelivery(CONFIG, { ...CHANGED_DELIVERY, zoneId }), ...CHANGED };
    const pipelines = definePipeline(config);
    const account = {
      pipeline: pipelineFor(pipelines, "dev"),
      environments: [...pipelines.keys()],
      existingBuckets: { prod: TEAM_BUCKET },
      deliveries: [{ environment: "dev", zoneId }],
      webhooks: [{ environment: "dev", secretArn: WEBHOOK.secretArn, secretKeyArn: null }],
      stateBucket: null,
    };
    roles = ciRoles(account, join(folder, "account"));
    await createStateBucket(front.address, operator.s3, STATE_BUCKET);
    await operator.s3.send(new CreateBucketCommand({ Bucket: TEAM_BUCKET }));
    const create = () =>
      CiProject.create({
        folder: temporaryFolder(),
        front,
        roles,
        providerMirror,
        stateBucket: STATE_BUCKET,
        log,
      });
    [dev, prod] = [await create(), await create()];
  });

  afterAll(async () => {
    await dev?.close();
    await prod?.close();
    await front?.close();
    await moto?.stop();
  });

  const s3Of = (role: string) =>
    awsClients(front.address, { accessKeyId: dev.keyOf(role), secretAccessKey: "secret" }).s3;

  it("plan and deploy a new environment", async () => {
    const stacks = await dev.synth(config, "dev");
    await inOrder(stacks, (stack) => dev.plan(PLAN, stack));
    const reviewed = { Bucket: STATE_BUCKET, Key: "plan/dev/1.tar" };
    await s3Of(PLAN).send(new PutObjectCommand({ ...reviewed, Body: "the reviewed plans" }));
    await s3Of(APPLY_DEV).send(new GetObjectCommand(reviewed));
    await inOrder(stacks, (stack) => dev.apply(APPLY_DEV, stack));
  });

  it("plan no change after a deployment, except for moto's differences", async () => {
    await inOrder(await dev.synth(config, "dev"), async (stack) =>
      expect([stack, await dev.changesOf(PLAN, stack)]).toEqual([stack, []]),
    );
  });

  it("change settings, tags and code in place", async () => {
    const stacks = await dev.synth(changed, "dev", "2");
    for (const stack of stacks) await dev.project.change(stack, asNextVersion);
    await Promise.all(stacks.map((stack) => dev.change(APPLY_DEV, stack)));
  });

  it.concurrent("destroy an environment with its objects", async ({ expect }) => {
    const [notifications = "", ...others] = (await dev.synth(changed, "dev", "2")).toReversed();
    await removePolicies(operator.s3, [UPLOADS]);
    await operator.s3.send(new PutObjectCommand({ Bucket: UPLOADS, Key: "photos/a.jpg", Body: "a photo" }));
    await dev.destroy(APPLY_DEV, notifications);
    // They refer to each other by names only, and a distribution takes as long as all queues.
    await Promise.all(others.map((stack) => dev.destroy(APPLY_DEV, stack)));
    const { Buckets = [] } = await operator.s3.send(new ListBucketsCommand());
    const { Topics = [] } = await operator.sns.send(new ListTopicsCommand());
    const { QueueUrls = [] } = await operator.sqs.send(new ListQueuesCommand());
    const names = [Buckets.map(({ Name }) => Name), Topics.map(({ TopicArn }) => TopicArn), QueueUrls];
    expect(names.flat().filter((name) => name?.includes("image-pipeline-dev-"))).toEqual([]);
  });

  it.concurrent("plan a second environment, and set and remove the notification of its existing bucket", async ({
    expect,
  }) => {
    const [core = "", notifications = ""] = await prod.synth(config, "prod");
    await prod.plan(PLAN, core);
    await prod.as(APPLY_PROD, `terraform apply of ${core}'s ingest`, () =>
      prod.project.apply(core, ["aws_lambda_alias"], "Ingest"),
    );
    await prod.plan(PLAN, notifications);
    await prod.apply(APPLY_PROD, notifications);
    expect(await prod.changesOf(PLAN, notifications)).toEqual([]);
    await prod.destroy(APPLY_PROD, notifications);
  });

  it("make no call whose permissions are unknown", () => {
    expect([...front.unknown]).toEqual([]);
  });

  it("are allowed every call", () => {
    expect([...front.refused]).toEqual([]);
  });

  it("use every granted action, except those on the list with a reason", () => {
    for (const line of front.summary()) log.say(`  ${line}`);
    const unused = new Set([PLAN, APPLY_DEV].flatMap(unusedOf));
    for (const one of unused)
      log.say(`  not used: ${one}: ${NOT_USED_BY_DEPLOYMENTS[one] ?? "NOT EXPLAINED"}`);
    expect(unused).toEqual(new Set(Object.keys(NOT_USED_BY_DEPLOYMENTS)));
  });

  /** Returns what a role does not use, nor a role of its kind for another environment. */
  function unusedOf(role: string): string[] {
    const kind = role === PLAN ? [PLAN] : [APPLY_DEV, APPLY_PROD];
    const uses = kind.map((one) => ({
      statements: roles.get(one) ?? [],
      calls: front.calls.filter((call) => call.role === one),
    }));
    return unusedByAll(uses).map((unused) => `${role} ${unused}`);
  }
});

function aPublicKey(): string {
  const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return publicKey.export({ type: "spki", format: "pem" }).toString();
}

/** Returns a config whose environment dev has a delivery. */
function withDelivery(
  config: PipelineInput,
  delivery: NonNullable<PipelineInput["delivery"]>,
): PipelineInput {
  const { dev, ...others } = config.environments ?? {};
  return { ...config, environments: { dev: { ...dev, delivery }, ...others } };
}

/** Makes the changes of a newer version of the pipeline, which no setting makes. */
function asNextVersion({ resource }: StackFile): void {
  const all = (type: string) => Object.values(resource[type] ?? {});
  for (const edgeFunction of all("aws_cloudfront_function")) edgeFunction.code = `${edgeFunction.code}\n`;
  for (const access of all("aws_cloudfront_origin_access_control")) access.description = "newer";
  for (const key of all("aws_cloudfront_public_key")) key.comment = "newer";
  for (const delivery of all("aws_cloudwatch_log_delivery")) delivery.record_fields = ["date", "time"];
  for (const url of all("aws_lambda_function_url")) url.invoke_mode = "RESPONSE_STREAM";
}
