import { randomBytes } from "node:crypto";
import { GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { statusOf } from "@image-pipeline/schema/aws";
import { SECRET_KEY } from "@image-pipeline/schema/keys";
import { PipelineError } from "@image-pipeline/schema/processing";
import { toStoreError } from "./to-store-error.ts";

/** Reads the secret of the environment; undefined while nothing has been rendered. @throws {PipelineError} as a store */
export type ReadSecret = () => Promise<string | undefined>;
/** Reads the secret of the environment, or makes it. @throws {PipelineError} as a store */
export type Secret = () => Promise<string>;

const BYTES = 32;
const FORM = /^[0-9a-f]{64}$/;
const ATTEMPTS = 4;

/** Reads the secret once for each execution environment. */
export function s3ReadSecret(client: S3Client, bucket: string): ReadSecret {
  return once(() => read(client, bucket));
}

/**
 * The same; the first function that needs the secret makes it. The write has the condition that there is none, so that all
 * functions have the one that was first.
 */
export function s3Secret(client: S3Client, bucket: string): Secret {
  return once(async () => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const found = await read(client, bucket);
      if (found !== undefined) return found;
      await make(client, bucket);
    }
    throw new PipelineError("STORE_UNAVAILABLE", `${SECRET_KEY} cannot be read after it was written`);
  });
}

/** Does the work until it has a result, which is kept. */
function once<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let kept: Promise<Result> | undefined;
  return async () => {
    kept ??= work();
    try {
      const result = await kept;
      if (result === undefined) kept = undefined;
      return result;
    } catch (error) {
      kept = undefined;
      throw error;
    }
  };
}

async function read(client: S3Client, bucket: string): Promise<string | undefined> {
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: SECRET_KEY }));
    const secret = await Body?.transformToString();
    if (secret !== undefined && FORM.test(secret)) return secret;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw toStoreError(error, `reading ${SECRET_KEY}`);
  }
  throw new PipelineError("STORE_UNAVAILABLE", `${SECRET_KEY} is not a secret of this pipeline: delete it`);
}

/** A failed condition, and S3's conflict with another write, mean that another function has made it. */
async function make(client: S3Client, Bucket: string): Promise<void> {
  const Body = randomBytes(BYTES).toString("hex");
  try {
    await client.send(
      new PutObjectCommand({ Bucket, Key: SECRET_KEY, Body, ContentType: "text/plain", IfNoneMatch: "*" }),
    );
  } catch (error) {
    const status = statusOf(error);
    if (status !== 412 && status !== 409) throw toStoreError(error, `writing ${SECRET_KEY}`);
  }
}
