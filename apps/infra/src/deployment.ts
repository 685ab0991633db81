import type { Pipeline } from "@image-pipeline/schema/config";
import type { HandlerZips } from "./handler-zips.ts";
import type { Names } from "./names.ts";

/** Input of every stack of an environment. */
export interface Deployment {
  pipeline: Pipeline;
  names: Names;
  zips: HandlerZips;
  /** The bucket that holds Terraform's state; null keeps it in a file beside `cdktf.json`. */
  stateBucket: string | null;
  /** The state bucket's region (default: the pipeline's). */
  stateRegion?: string | undefined;
}

/** Settings that every function and queue of a stack shares. */
export interface StackContext {
  pipeline: Pipeline;
  names: Names;
  accountId: string;
  /** The customer key that encrypts everything in the stack; null for AWS's own keys. */
  keyArn: string | null;
  /** The same key, or a retired one that still decrypts what it encrypted; null if there is none. */
  decryptionKeyArn: string | null;
}

/** A bucket, created by this pipeline or by its owner. */
export interface Bucket {
  name: string;
  arn: string;
}

/** Resources that a subscriber can receive from, read and write. */
export interface PipelineResources {
  uploads: Bucket;
  processed: Bucket;
  imageEvents: { arn: string };
  imageResults: { arn: string };
}
