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
import { toNames } from "../src/names.ts";
import { synthesise } from "../src/synthesise.ts";
import { type AwsClients, awsClients } from "./deploy/aws-clients.ts";
import { ciRoles } from "./deploy/ci-roles.ts";
import { MOTO_CHANGES, removePolicies } from "./deploy/moto-adaptations.ts";
import { MOTO_SUPPLEMENT } from "./deploy/moto-supplement.ts";
import { toPlannedChanges } from "./deploy/planned-changes.ts";
import { findRequirements } from "./deploy/requirements.ts";
import { RoleFront } from "./deploy/role-front.ts";
import { type Moto, startMoto } from "./deploy/start-moto.ts";
import { createStateBucket } from "./deploy/state-bucket.ts";
import { STATE_MACHINE_FRONT } from "./deploy/state-machine-front.ts";
import { StepLog } from "./deploy/step-log.ts";
import { TerraformProject } from "./deploy/terraform-project.ts";
import { temporaryFolder, writeZip } from "./deployments.ts";
import { NOT_USED_BY_DEPLOYMENTS, unusedActions } from "./iam/permission-use.ts";
import type { Statement } from "./policies.ts";

const STATE_BUCKET = "image-pipeline-state-123456789012";
const TEAM_BUCKET = "team-uploads";
const UPLOADS = "image-pipeline-dev-uploads-123456789012";
const PLAN = "image-pipeline-plan";
const APPLY_DEV = "image-pipeline-apply-dev";
const APPLY_PROD = "image-pipeline-apply-prod";
const { providerMirror, missing } = await findRequirements(process.env);
const log = new StepLog();

/** Two environments: dev has every part; prod has an upload bucket of another team. */
const CONFIG: PipelineInput = {
  presets: { thumb: { width: 160, height: 160, fit: "cover", formats: ["webp"] } },
  analysis: { enabled: true },
  workflow: { enabled: true },
  reserveConcurrency: true,
  ci: { repository: "an-owner/images" },
  tags: { Team: "images" },
  environments: {
    dev: { destroyBucketsWithObjects: true },
    prod: {
      uploads: { existingBucket: TEAM_BUCKET },
      workflow: { enabled: false },
      alarms: { unattended: true },
    },
  },
};
/** Changes of settings, and of the tags of every resource, that replace no resource. */
const CHANGED: Partial<PipelineInput> = {
  tags: { Owner: "images" },
  uploads: { prefix: "photos/" },
  worker: { memoryMegabytes: 2048, maximumConcurrency: 12 },
  workflow: { enabled: true, minBytes: 1024, timeoutSeconds: 90 },
  audit: { intervalHours: 12 },
  logRetentionDays: 90,
  retention: { supersededDays: 8 },
};

describe.skipIf(missing.length > 0)("the roles of GitHub Actions", () => {
  const folder = temporaryFolder();
  let moto: Moto;
  let front: RoleFront;
  let project: TerraformProject;
  let roles: ReadonlyMap<string, Statement[]>;
  let operator: AwsClients;

  beforeAll(async () => {
    moto = await startMoto(folder);
    front = await RoleFront.start(moto);
    operator = awsClients(front.address);
    project = await TerraformProject.create({
      folder,
      endpoint: front.address,
      stateMachines: front.address,
      providerMirror,
      main: "main.ts",
      outdir: "cdktf.out",
      adaptations: MOTO_CHANGES,
    });
    for (const why of [...MOTO_CHANGES.map((one) => one.why), STATE_MACHINE_FRONT, MOTO_SUPPLEMENT])
      log.say(`adapted for moto: ${why}`);
    const pipelines = definePipeline(CONFIG);
    const pipeline = pipelineFor(pipelines, "dev");
    const account = {
      pipeline,
      environments: [...pipelines.keys()],
      existingBuckets: { prod: TEAM_BUCKET },
      stateBucket: null,
    };
    roles = ciRoles(account, join(folder, "account"));
    await createStateBucket(front.address, operator.s3, STATE_BUCKET);
    await operator.s3.send(new CreateBucketCommand({ Bucket: TEAM_BUCKET }));
  });

  afterAll(async () => {
    await project?.close();
    await front?.close();
    await moto?.stop();
  });

  /** Synthesises an environment with handlers of this version, and returns its stacks in the order of their deployment. */
  async function synth(environment: string, changes: Partial<PipelineInput> = {}, version = "1") {
    const pipeline = pipelineFor(definePipeline({ ...CONFIG, ...changes }), environment);
    const zip = (name: string) => writeZip(join(folder, `${name}-${version}.zip`), ["index.js", version]);
    const zips = {
      audit: zip("audit"),
      ingest: zip("ingest"),
      worker: zip("worker"),
      analyzer: zip("analyzer"),
      resolver: zip("resolver"),
      invalidator: zip("invalidator"),
      budget: zip("budget"),
      webhook: zip("webhook"),
    };
    const deployment = { pipeline, names: toNames(pipeline), zips, stateBucket: STATE_BUCKET };
    const { stacks } = synthesise(deployment, project.outdir);
    await project.adapt();
    return stacks;
  }

  const keyOf = (role: string) => front.keyOf(role, roles.get(role) ?? []);
  const s3Of = (role: string) =>
    awsClients(front.address, { accessKeyId: keyOf(role), secretAccessKey: "secret" }).s3;

  /** Does work with a role's credentials. */
  async function as<Result>(role: string, what: string, work: () => Promise<Result>): Promise<Result> {
    await project.signAs(keyOf(role));
    return await log.step(`${role}: ${what}`, work);
  }

  /** Plans a stack, as the workflows do, and returns the changes that moto does not explain. */
  const plan = (stack: string) =>
    as(PLAN, `terraform plan of ${stack}`, async () => {
      await project.init(stack);
      await project.terraform(stack, ["plan", "-input=false", "-out=reviewed.tfplan"]);
      const planned = await project.terraform(stack, ["show", "-json", "reviewed.tfplan"]);
      return toPlannedChanges(JSON.parse(planned)).filter(({ why }) => why === null);
    });

  const apply = (role: string, stack: string) =>
    as(role, `terraform apply of ${stack}`, () =>
      project.terraform(stack, ["apply", "-input=false", "reviewed.tfplan"]),
    );

  const destroy = (role: string, stack: string) =>
    as(role, `terraform destroy of ${stack}`, () =>
      project.terraform(stack, ["destroy", "-input=false", "-auto-approve"]),
    );

  it("plan and deploy a new environment", async () => {
    const stacks = await synth("dev");
    for (const stack of stacks) await plan(stack);
    const reviewed = { Bucket: STATE_BUCKET, Key: "plan/dev/1.tar" };
    await s3Of(PLAN).send(new PutObjectCommand({ ...reviewed, Body: "the reviewed plans" }));
    await s3Of(APPLY_DEV).send(new GetObjectCommand(reviewed));
    for (const stack of stacks) await apply(APPLY_DEV, stack);
  });

  it("plan no change after a deployment, except for moto's differences", async () => {
    for (const stack of await synth("dev")) expect([stack, await plan(stack)]).toEqual([stack, []]);
  });

  it("change settings, tags and code in place", async () => {
    for (const stack of await synth("dev", CHANGED, "2"))
      await as(APPLY_DEV, `terraform apply of a changed ${stack}`, () =>
        project.terraform(stack, ["apply", "-input=false", "-auto-approve"]),
      );
  });

  it("destroy an environment with its objects", async () => {
    const stacks = await synth("dev", CHANGED, "2");
    await removePolicies(operator.s3, [UPLOADS]);
    await operator.s3.send(new PutObjectCommand({ Bucket: UPLOADS, Key: "photos/a.jpg", Body: "a photo" }));
    for (const stack of stacks.toReversed()) await destroy(APPLY_DEV, stack);
    const { Buckets = [] } = await operator.s3.send(new ListBucketsCommand());
    const { Topics = [] } = await operator.sns.send(new ListTopicsCommand());
    const { QueueUrls = [] } = await operator.sqs.send(new ListQueuesCommand());
    const left = [Buckets.map(({ Name }) => Name).sort(), Topics, QueueUrls];
    expect(left).toEqual([[STATE_BUCKET, TEAM_BUCKET], [], []]);
  });

  it("plan a second environment, and set and remove the notification of its existing bucket", async () => {
    const [core = "", notifications = ""] = await synth("prod");
    await plan(core);
    await as(APPLY_PROD, `terraform apply of ${core}'s ingest`, () =>
      project.apply(core, ["aws_lambda_alias"], "Ingest"),
    );
    await plan(notifications);
    await apply(APPLY_PROD, notifications);
    expect(await plan(notifications)).toEqual([]);
    await destroy(APPLY_PROD, notifications);
  });

  it("make no call whose permissions are unknown", () => {
    expect([...front.unknown]).toEqual([]);
  });

  it("are allowed every call", () => {
    expect([...front.refused]).toEqual([]);
  });

  it("use every granted action, except those on the list with a reason", () => {
    for (const line of front.summary()) log.say(`  ${line}`);
    const unused = new Set<string>();
    for (const names of [[PLAN], [APPLY_DEV, APPLY_PROD]]) {
      const [first = new Set<string>(), ...others] = names.map(unusedBy);
      for (const one of first) if (others.every((other) => other.has(one))) unused.add(`${names[0]} ${one}`);
    }
    for (const one of unused)
      log.say(`  not used: ${one}: ${NOT_USED_BY_DEPLOYMENTS[one] ?? "NOT EXPLAINED"}`);
    expect(unused).toEqual(new Set(Object.keys(NOT_USED_BY_DEPLOYMENTS)));
  });

  function unusedBy(role: string): Set<string> {
    const calls = front.calls.filter((call) => call.role === role);
    return new Set(unusedActions(roles.get(role) ?? [], calls));
  }
});
