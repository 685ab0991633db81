import { S3Client } from "@aws-sdk/client-s3";
import type { Manifest } from "../contract.ts";
import { createUpload, type Upload, type UploadOptions } from "./create-upload.ts";
import { getManifest } from "./get-manifest.ts";
import { type SignedRequest, signRequest, type UppyRequest } from "./sign-request.ts";
import { type WaitOptions, waitForImage } from "./wait-for-image.ts";

export interface PipelineOptions {
  /** The stack's output `upload_bucket_name`. */
  uploadBucket: string;
  /** The stack's output `processed_bucket_name`. */
  processedBucket: string;
  /** The config's `uploads.prefix` (default: none). */
  prefix?: string;
  /** The config's `limits.maxBytes` (default: the pipeline's own, 100 MiB). */
  maxBytes?: number;
  /** The client of S3 (default: one with the region and the credentials of the environment). */
  s3?: S3Client;
}

/** A pipeline as an application's server uses it. */
export interface ImagePipeline {
  /** Presigns a form with which a browser may upload one object, within five minutes. */
  createUpload(options: UploadOptions): Promise<Upload>;
  /** Signs a request of `@uppy/aws-s3`, for large files in parts. */
  signRequest(request: UppyRequest): Promise<SignedRequest>;
  /** Reads the manifest of an upload; undefined if there is none yet. */
  getManifest(key: string): Promise<Manifest | undefined>;
  /** Waits until an upload is processed, rejected or deleted. */
  waitForImage(key: string, options?: WaitOptions): Promise<Manifest>;
}

const DEFAULT_MAX_BYTES = 100 * 1024 * 1024;

/** Returns the pipeline of two buckets. The application's role needs the policies in the stack's outputs `uploader_policy` and `reader_policy`. */
export function imagePipeline(options: PipelineOptions): ImagePipeline {
  const place = { prefix: "", maxBytes: DEFAULT_MAX_BYTES, s3: new S3Client(), ...options };
  return {
    createUpload: (upload) => createUpload(place, upload),
    signRequest: (request) => signRequest(place, request),
    getManifest: (key) => getManifest(place, key),
    waitForImage: (key, wait) => waitForImage((signal) => getManifest(place, key, signal), wait),
  };
}
