import { join } from "node:path";
import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { awsClients, LOCAL_CREDENTIALS, startLocalPipeline, startServer } from "@image-pipeline/local";
import { definePipeline, pipelineFor } from "@image-pipeline/schema/config";
import { toNames } from "@image-pipeline/schema/names";
import { waitFor } from "@image-pipeline/testing/progress";
import sharp from "sharp";
import { describe, expect, it, onTestFinished } from "vitest";
import { findHandlerZips } from "../src/handler-zips.ts";
import { synthesise } from "../src/synthesise.ts";
import { temporaryFolder } from "./deployments.ts";

const KEY = "photos/alice/two words+100%.png";

/** Runs the stacks of these settings in the local runtime, with a queue for all image events. */
async function start(uploads: { trigger: "notification" | "eventbridge"; existingBucket: string | null }) {
  const presets = { thumb: { width: 16, formats: ["webp" as const] } };
  const config = definePipeline({
    presets,
    uploads: { prefix: "photos/", suffixes: [".png"], ...uploads },
    environments: { dev: {} },
  });
  const pipeline = pipelineFor(config, "local");
  const outdir = join(temporaryFolder(), "cdktf.out");
  synthesise(
    { pipeline, names: toNames(pipeline), zips: findHandlerZips(pipeline), stateBucket: null },
    outdir,
  );
  const server = await startServer({ ports: [0], folder: temporaryFolder() });
  const runtime = await startLocalPipeline(server, { stacksFolder: join(outdir, "stacks"), timeScale: 0.03 });
  const place = { endpoint: server.proxy.endpoint, region: "us-east-1", credentials: LOCAL_CREDENTIALS };
  const { s3, sns, sqs, close } = awsClients(place);
  onTestFinished(async () => {
    close();
    await runtime.stop();
    await server.close();
  });
  const [TopicArn] = runtime.topology.topics.flatMap(({ arn }) =>
    arn.endsWith("-image-events") ? [arn] : [],
  );
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "watching" }));
  const Endpoint = "arn:aws:sqs:us-east-1:000000000000:watching";
  const Attributes = { RawMessageDelivery: "true" };
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint, Attributes }));
  const at = { Bucket: runtime.places.uploadBucket, Key: KEY };
  return {
    bucket: at.Bucket,
    upload: async (Key: string, Body: Buffer) => s3.send(new PutObjectCommand({ ...at, Key, Body })),
    remove: () => s3.send(new DeleteObjectCommand(at)),
    async receive() {
      const { Messages: [{ Body = "", Attributes } = {}] = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          WaitTimeSeconds: 20,
          VisibilityTimeout: 3600,
          MessageSystemAttributeNames: ["MessageGroupId"],
        }),
      );
      const { type, subject } = JSON.parse(Body);
      return { type, subject, group: Attributes?.MessageGroupId };
    },
    results: () => server.services.peek(runtime.resultsQueue.name).length,
  };
}

describe.each([
  { trigger: "notification" as const, existingBucket: null },
  { trigger: "eventbridge" as const, existingBucket: null },
  { trigger: "eventbridge" as const, existingBucket: "team-uploads" },
])("uploads with %j", (uploads) => {
  it("are processed and removed by the local runtime, with their tenant as the message group", async () => {
    const pipeline = await start(uploads);
    expect(pipeline.bucket).toBe(uploads.existingBucket ?? "image-pipeline-local-uploads-000000000000");
    const picture = await sharp({ create: { width: 32, height: 32, channels: 3, background: "#369" } })
      .png()
      .toBuffer();
    await pipeline.upload("elsewhere/a.png", picture);
    await pipeline.upload("photos/alice/a.txt", picture);
    await pipeline.upload(KEY, picture);
    expect(await pipeline.receive()).toEqual({ type: "image.uploaded", subject: KEY, group: "alice" });
    await waitFor({ read: pipeline.results, until: (count) => count > 0 });
    await pipeline.remove();
    expect(await pipeline.receive()).toEqual({ type: "image.deleted", subject: KEY, group: "alice" });
    await waitFor({ read: pipeline.results, until: (count) => count > 1 });
  });
});
