import * as z from "zod";
import { LARGEST_FILTERED_NUMBER, toAttributeText } from "../messages/message-attributes.ts";
import { AnalysisRecipe } from "./analysis-rules.ts";
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
const ReservedConcurrency = z.int().min(1).nullable();
/** `arn:aws:kms:REGION:ACCOUNT:key/ID`; an alias will not do, as a policy may not name one. */
const KeyArn = z
  .string()
  .regex(/^arn:aws[\w-]*:kms:[\w-]+:\d{12}:key\/[\w-]+$/, "must be the ARN of a KMS key, not of an alias");
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
  /** The KMS key that bucket's objects are encrypted with, where it is not S3's own; the worker may then decrypt with it. */
  existingBucketKeyArn: KeyArn.nullable().default(null),
});

const Ingest = z.strictObject({
  memoryMegabytes: MemoryMegabytes.default(512),
  timeoutSeconds: TimeoutSeconds.default(30),
  /** Executions kept for ingest and its bound at once; null takes from the account's pool. */
  reservedConcurrency: ReservedConcurrency.default(20),
});

const Worker = z.strictObject({
  /** 1,769 MB is one whole vCPU (docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html). */
  memoryMegabytes: MemoryMegabytes.default(1769),
  timeoutSeconds: TimeoutSeconds.default(60),
  /** As for ingest; `"maximumConcurrency"` keeps as many as the poller has batches under way. */
  reservedConcurrency: z
    .union([ReservedConcurrency, z.literal("maximumConcurrency")])
    .default("maximumConcurrency"),
  /** How many batches Lambda's poller has under way at once: 2 to 1,000. */
  maximumConcurrency: z.int().min(2).max(1000).default(10),
  batchSize: z.int().min(1).max(10).default(1),
  batchingWindowSeconds: z.int().min(0).max(300).default(0),
  maxReceiveCount: z.int().min(1).max(1000).default(5),
});

const DAY_SECONDS = 24 * 60 * 60;
/** The backfill lane: the worker over again, beside the live one, on old work that nobody waits for. */
const Backfill = z.strictObject({
  /** How many batches are under way at once: few, as the account's executions are shared with fresh uploads. */
  maximumConcurrency: z.int().min(2).max(1000).default(2),
  /** As for the worker. */
  reservedConcurrency: z
    .union([ReservedConcurrency, z.literal("maximumConcurrency")])
    .default("maximumConcurrency"),
  /** How long an event may wait before an alarm goes off; its queue keeps it for 7 days. */
  maxQueueAgeSeconds: z
    .int()
    .min(60)
    .max(7 * DAY_SECONDS)
    .default(5 * DAY_SECONDS),
});

/**
 * Labels and moderation by Amazon Rekognition, which bills each call for each image: about 1 USD for 1,000
 * (aws.amazon.com/rekognition/pricing). On this machine it is simulated, at no cost.
 */
const Analysis = AnalysisRecipe.extend({
  enabled: z.boolean().default(false),
  memoryMegabytes: MemoryMegabytes.default(1769),
  timeoutSeconds: TimeoutSeconds.default(60),
  reservedConcurrency: z
    .union([ReservedConcurrency, z.literal("maximumConcurrency")])
    .default("maximumConcurrency"),
  /** What keeps the calls a second below the account's quota for Rekognition. */
  maximumConcurrency: z.int().min(2).max(1000).default(5),
  maxReceiveCount: z.int().min(1).max(1000).default(5),
}).refine(({ enabled, labels, moderation }) => !enabled || labels.enabled || moderation.enabled, {
  path: ["enabled"],
  message: "must be false where neither labels nor moderation are enabled",
});

/**
 * A look, again and again, at whether every source has its manifest and every manifest its renditions. It repairs nothing
 * and reads no picture. A thousand images cost about half a cent of requests to S3.
 */
const Audit = z.strictObject({
  enabled: z.boolean().default(true),
  /** From one run to the next: up to three days, as alarms look back a week at most. */
  intervalHours: z.int().min(1).max(72).default(24),
  /** How many images one run looks at, and the bound of its cost; the next one goes on from there. */
  maxImagesPerRun: z.int().min(1).default(50_000),
  memoryMegabytes: MemoryMegabytes.default(512),
  /** It stops by itself before, and the next run goes on. */
  timeoutSeconds: z.int().min(60).max(900).default(900),
  /** One run at a time. */
  reservedConcurrency: ReservedConcurrency.default(1),
});

/** Large images and those below a prefix go through a Step Functions workflow, which publishes nothing unmoderated. */
const Workflow = z.strictObject({
  enabled: z.boolean().default(false),
  /** Uploads of this size and larger, up to a gigabyte. */
  minBytes: z
    .int()
    .min(1)
    .max(LARGEST_FILTERED_NUMBER)
    .default(10 * 1024 * 1024),
  /** Uploads whose keys begin with this, whatever their size. One, as SNS can except one prefix of a key, not several. */
  prefix: z
    .string()
    .min(1)
    .max(1024)
    .refine((prefix) => toAttributeText(prefix) === prefix && !prefix.includes("\ufffd"), {
      message: "must hold no control character and no U+FFFD, which SNS cannot filter by",
    })
    .default("review/"),
  memoryMegabytes: MemoryMegabytes.default(1769),
  timeoutSeconds: TimeoutSeconds.default(120),
  /** Executions of each of its functions, kept for it and its bound at once; null takes from the account's pool. */
  reservedConcurrency: ReservedConcurrency.default(10),
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
  /** S3's access logs of the buckets that the stacks make. */
  accessLogDays: Days.default(365),
});

/** Who hears of trouble, and what counts as such beyond the bounds that follow from other settings. */
const Alarms = z.strictObject({
  /** Gets every alarm, once its owner has confirmed the first letter; null for nobody but the topic's own subscribers. */
  email: z.email("must be an e-mail address").nullable().default(null),
  /** How long an upload may wait for its worker. */
  maxQueueAgeSeconds: z.int().min(60).default(900),
  /** The share of images that may be rejected within a quarter of an hour. */
  maxRejectedPercent: z.number().min(0).max(100).default(20),
});

/** What the pipeline is expected to do in a month: only the cost in a plan's review is worked out from it. */
const Load = z.strictObject({
  imagesPerMonth: z.int().min(0).default(100_000),
  /** How long the worker takes for one, all its renditions. */
  workerSecondsPerImage: z.number().positive().default(1.5),
});

/** The repository whose GitHub Actions plan and deploy; used by the stack `image-pipeline-ci` alone. */
const ContinuousIntegration = z.strictObject({
  /** `owner/name`; null for no such stack. */
  repository: z
    .string()
    .regex(/^[\w.-]+\/[\w.-]+$/, "must be a GitHub repository: owner/name")
    .nullable()
    .default(null),
  /** The branch that is deployed. */
  branch: z.string().min(1).default("main"),
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
  /**
   * `kms`: buckets, topics, queues, logs and variables under a key of the stack's own, about 1 USD a month and 0.03 USD
   * for 10,000 requests; `sse-s3`: under keys that AWS owns, at no cost, and topics under none.
   */
  encryption: z.enum(["kms", "sse-s3"]).default("kms"),
  uploads: Uploads.prefault({}),
  ingest: Ingest.prefault({}),
  worker: Worker.prefault({}),
  /** Everything else of this lane is as `worker` has it. */
  backfill: Backfill.prefault({}),
  analysis: Analysis.prefault({}),
  audit: Audit.prefault({}),
  workflow: Workflow.prefault({}),
  logRetentionDays: z
    .literal(RETENTION_DAYS, "must be a retention CloudWatch Logs takes, such as 30, 90 or 365")
    .default(365),
  logLevel: z.enum(["DEBUG", "INFO", "WARN", "ERROR"]).default("INFO"),
  /** Whether `destroy` may remove buckets that still hold objects. */
  destroyBucketsWithObjects: z.boolean().default(false),
  retention: Retention.prefault({}),
  alarms: Alarms.prefault({}),
  load: Load.prefault({}),
  ci: ContinuousIntegration.prefault({}),
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
