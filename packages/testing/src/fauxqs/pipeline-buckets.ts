import { DeleteObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { Source } from "@image-pipeline/schema/events";
import { toManifestKey } from "@image-pipeline/schema/keys";
import type { Manifest } from "@image-pipeline/schema/manifest";
import { startFauxqs } from "fauxqs";
import { PROCESSED, UPLOADS } from "../image-events.ts";
import { aRendition, aSource, pixelsOf, processed } from "../manifests.ts";

/** The two buckets of a pipeline, on S3 in this process. */
export async function pipelineBuckets() {
  const server = await startFauxqs({ port: 0, logger: false });
  const endpoint = `http://127.0.0.1:${server.port}`;
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const s3 = new S3Client({ endpoint, region: "us-east-1", credentials, forcePathStyle: true });
  for (const bucket of [UPLOADS, PROCESSED]) server.createBucket(bucket);

  async function put(Bucket: string, Key: string, Body: string, Metadata: Record<string, string> = {}) {
    return s3.send(new PutObjectCommand({ Bucket, Key, Body, Metadata }));
  }
  /** Uploads a source. @returns it as an event would name it */
  async function putSource(key: string, content = key, metadata = {}): Promise<Source> {
    const { ETag = "" } = await put(UPLOADS, key, content, metadata);
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
      await putManifest(processed(source, fields));
      return source;
    },
    remove: (Bucket: string, Key: string) => s3.send(new DeleteObjectCommand({ Bucket, Key })),
    empty: () => server.reset(),
    async stop() {
      s3.destroy();
      await server.stop();
    },
  };
}
export type PipelineBuckets = Awaited<ReturnType<typeof pipelineBuckets>>;
