import { DeleteObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { ENGINE, toPlanHash } from "@image-pipeline/imaging";
import { definePipeline, pipelineFor, toRecipeHash } from "@image-pipeline/schema/config";
import { ImageEvent, type Source } from "@image-pipeline/schema/events";
import { toManifestKey } from "@image-pipeline/schema/keys";
import type { Manifest } from "@image-pipeline/schema/manifest";
import { aRendition, aSource, PROCESSED, pixelsOf, processed, UPLOADS } from "@image-pipeline/testing";
import { startFauxqs } from "fauxqs";

/** The settings that the tests' commands read instead of `pipeline.config.ts`. */
export const PIPELINES = definePipeline({
  presets: { thumb: { width: 160, formats: ["webp"] } },
  environments: { dev: {} },
});
const PIPELINE = pipelineFor(PIPELINES, "local");
export const RECIPE_IN_FORCE = toRecipeHash(PIPELINE, ENGINE);
/** The plan's hash for the image of `putImage`. */
export const PLAN_IN_FORCE = toPlanHash(processed(aSource()), PIPELINE) ?? "";

/** The buckets and topics of the pipeline, on S3, SNS and SQS in this process, without any function behind them. */
export async function fauxqsPipeline() {
  const server = await startFauxqs({ port: 0, logger: false });
  const endpoint = `http://127.0.0.1:${server.port}`;
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const s3 = new S3Client({ endpoint, region: "us-east-1", credentials, forcePathStyle: true });
  for (const bucket of [UPLOADS, PROCESSED]) server.createBucket(bucket);
  for (const topic of ["image-events", "image-results"]) server.createTopic(`image-pipeline-local-${topic}`);
  server.createQueue("inbox");
  const raw = { RawMessageDelivery: "true" };
  server.subscribe({ topic: "image-pipeline-local-image-events", queue: "inbox", attributes: raw });

  async function put(Bucket: string, Key: string, Body: string, Metadata: Record<string, string> = {}) {
    await s3.send(new PutObjectCommand({ Bucket, Key, Body, Metadata }));
  }
  /** Uploads a source. @returns it as an event would name it */
  async function putSource(key: string, content = key, metadata = {}): Promise<Source> {
    const { ETag = "" } = await s3.send(
      new PutObjectCommand({ Bucket: UPLOADS, Key: key, Body: content, Metadata: metadata }),
    );
    return aSource({ key, eTag: ETag.replaceAll('"', ""), size: Buffer.byteLength(content) });
  }
  const putManifest = (manifest: Manifest) =>
    put(PROCESSED, toManifestKey(manifest.source.bucket, manifest.source.key), JSON.stringify(manifest));

  return {
    server,
    endpoint,
    s3,
    put,
    putSource,
    putManifest,
    /** Writes a source, its rendition and its manifest. */
    async putImage(key: string, fields: Parameters<typeof processed>[1] = {}): Promise<Source> {
      const source = await putSource(key);
      await put(PROCESSED, aRendition(source).key, pixelsOf(source));
      await putManifest(processed(source, { recipe: RECIPE_IN_FORCE, ...fields }));
      return source;
    },
    remove: (Bucket: string, Key: string) => s3.send(new DeleteObjectCommand({ Bucket, Key })),
    /** The events on the image-events topic, in their order. */
    published: (): ImageEvent[] =>
      (server.inspectQueue("inbox")?.messages.ready ?? []).map(({ body }) =>
        ImageEvent.parse(JSON.parse(body)),
      ),
    /** Takes away every object and message. */
    empty() {
      server.reset();
    },
    async stop() {
      s3.destroy();
      await server.stop();
    },
  };
}
export type FauxqsPipeline = Awaited<ReturnType<typeof fauxqsPipeline>>;
