import * as z from "zod";
import { Limits, Presets } from "./preset.ts";

/** AWS's names: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const BucketName = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
    "must be an S3 bucket name: 3 to 63 lower-case letters, digits, dots and dashes",
  );
const MemoryMegabytes = z.int().min(128).max(10_240);
const TimeoutSeconds = z.int().min(1).max(900);
const Days = z.int().min(1).max(36_500);
const ReservedConcurrency = z.int().min(1).nullable().default(null);
/** The retentions that CloudWatch Logs takes (API_PutRetentionPolicy). */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

const Uploads = z.strictObject({
  /** Only keys that begin with this are processed. */
  prefix: z.string().max(1024).default(""),
  /** Only keys that end with one of these, letter for letter; empty for every key, the type decided by the bytes. */
  suffixes: z.array(z.string().min(1)).default([]),
  /** An upload bucket that exists already; null to make one. */
  existingBucket: BucketName.nullable().default(null),
});

const Ingest = z.strictObject({
  memoryMegabytes: MemoryMegabytes.default(512),
  timeoutSeconds: TimeoutSeconds.default(30),
  reservedConcurrency: ReservedConcurrency,
});

const Worker = z.strictObject({
  /** 1,769 MB is one whole vCPU (docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html). */
  memoryMegabytes: MemoryMegabytes.default(1769),
  timeoutSeconds: TimeoutSeconds.default(60),
  reservedConcurrency: ReservedConcurrency,
  /** How many batches Lambda's poller has under way at once: 2 to 1,000. */
  maximumConcurrency: z.int().min(2).max(1000).default(10),
  batchSize: z.int().min(1).max(10).default(1),
  batchingWindowSeconds: z.int().min(0).max(300).default(0),
  maxReceiveCount: z.int().min(1).max(1000).default(5),
});

/** How long the buckets keep what nobody reads any more, in days. */
const Retention = z.strictObject({
  /** Renditions that a newer manifest has replaced. */
  supersededDays: Days.default(7),
  /** Manifests of deleted images, which keep a late upload event from bringing the image back. */
  tombstoneDays: Days.default(30),
  /** Overwritten or deleted versions of any object. */
  noncurrentVersionDays: Days.default(30),
  /** Parts of an upload that never ended. */
  incompleteUploadDays: Days.default(7),
});

/** What `pipeline.config.ts` settles for every environment, and each environment may settle anew. */
export const Settings = z.strictObject({
  /** What the names of all resources begin with; with the environment's name it keeps two pipelines apart. */
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,19}$/, "must be lower-case letters, digits and dashes, 20 at most")
    .default("image-pipeline"),
  /** The one account this may be deployed to; null for whichever the credentials belong to. */
  accountId: z
    .string()
    .regex(/^\d{12}$/, "must be an AWS account id: 12 digits, as text")
    .nullable()
    .default(null),
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "must be an AWS region such as eu-central-1")
    .default("us-east-1"),
  /** The CPU of both functions, the same in every environment, as the zips are built once for all of them. */
  architecture: z.enum(["arm64", "x86_64"]).default("arm64"),
  uploads: Uploads.prefault({}),
  ingest: Ingest.prefault({}),
  worker: Worker.prefault({}),
  logRetentionDays: z
    .literal(RETENTION_DAYS, "must be a retention CloudWatch Logs takes, such as 30, 90 or 365")
    .default(365),
  logLevel: z.enum(["DEBUG", "INFO", "WARN", "ERROR"]).default("INFO"),
  /** Whether `destroy` may remove buckets that still hold objects. */
  destroyBucketsWithObjects: z.boolean().default(false),
  retention: Retention.prefault({}),
  tags: z.record(z.string(), z.string()).default({}),
  presets: Presets,
  limits: Limits.prefault({}),
});
export type Settings = z.infer<typeof Settings>;
/** Settings as they are written: whatever has a default may be left out. */
export type SettingsInput = z.input<typeof Settings>;

const EnvironmentName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,15}$/, "must be lower-case letters, digits and dashes, 16 at most")
  .refine((name) => name !== "local", "is this machine's own environment: choose another name");
const NO_ENVIRONMENT = "must name at least one environment, such as { dev: {} }";
/** Settings of an environment's own; they are checked once they are merged with the shared ones. */
const EnvironmentSettings = z
  .looseObject({}, "must be an object of settings, {} for the shared ones")
  .refine(({ architecture }) => architecture === undefined, {
    path: ["architecture"],
    message: "must be set for all environments at once, as the zips are built once for all of them",
  });

/** The environments by name. */
export const Environments = z.object({
  environments: z
    .record(EnvironmentName, EnvironmentSettings, NO_ENVIRONMENT)
    .refine((all) => Object.keys(all).length > 0, NO_ENVIRONMENT),
});

/** The whole config file as a shape, for editors and other languages; `definePipeline` checks more than shape. */
export const PipelineConfig = Settings.extend({ environments: z.record(EnvironmentName, z.looseObject({})) });
