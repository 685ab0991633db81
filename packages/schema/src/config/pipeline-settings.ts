import * as z from "zod";
import { LARGEST_FILTERED_NUMBER, toAttributeText } from "../messages/message-attributes.ts";
import { AnalysisRecipe } from "./analysis-rules.ts";
import { Delivery } from "./delivery.ts";
import { PolicyStatement } from "./policy-statement.ts";
import { Limits, Presets } from "./preset.ts";
import { PresetRules } from "./preset-rules.ts";
import { Webhooks } from "./webhooks.ts";

/** Bucket names: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const BucketName = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
    "must be an S3 bucket name: 3 to 63 lower-case letters, digits, dots and dashes",
  );
const MemoryMegabytes = z.int().min(128).max(10_240);
const TimeoutSeconds = z.int().min(1).max(900);
const Days = z.int().min(1).max(36_500);
const ReservedExecutions = z.int().min(1).nullable();
const ReservedConcurrency = ReservedExecutions.default(null);
/** For a function whose poller has a maximum of its own. */
const ReservedForQueue = z.union([ReservedExecutions, z.literal("maximumConcurrency")]).default(null);
/** `arn:aws:kms:REGION:ACCOUNT:key/ID`. An alias is not possible, since a policy cannot name one. */
const KeyArn = z
  .string()
  .regex(/^arn:aws[\w-]*:kms:[\w-]+:\d{12}:key\/[\w-]+$/, "must be the ARN of a KMS key, not of an alias");
/** The retentions that CloudWatch Logs accepts (API_PutRetentionPolicy). */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** The end of a key. Only letters and digits are an extension without its dot: `jpg` would match `notajpg` too. */
const Suffix = z
  .string()
  .min(1)
  .refine((suffix) => !/^[a-z0-9]+$/i.test(suffix), {
    error: ({ input }) => `must begin with a dot: ".${input}"`,
  });

/** The origin of a page as a browser sends it (rfc-editor.org/rfc/rfc6454#section-6.2). */
const Origin = z
  .string()
  .regex(
    /^https?:\/\/([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d+)?$/,
    'must be the origin of a page, such as "https://app.example.com" or "http://localhost:3000", without a path',
  )
  .refine((origin) => !URL.canParse(origin) || new URL(origin).origin === origin, {
    error: ({ input }) => `must be without the usual port: "${new URL(String(input)).origin}"`,
  });

/** A regular expression whose first group is a tenant's name. */
const TenantPattern = z
  .string()
  .refine(hasGroup, 'must be a regular expression with a group in parentheses, such as "^([^/]+)/"');

/** The alternative to nothing always matches, and a match has all groups. */
function hasGroup(pattern: string): boolean {
  try {
    return (new RegExp(`${pattern}|`, "u").exec("")?.length ?? 0) > 1;
  } catch {
    return false;
  }
}

const Uploads = z.strictObject({
  prefix: z.string().max(1024).default(""),
  suffixes: z.array(Suffix).default([]),
  trigger: z.enum(["notification", "eventbridge"]).default("notification"),
  tenantPattern: TenantPattern.default("^([^/]+)/"),
  existingBucket: BucketName.nullable().default(null),
  existingBucketKeyArn: KeyArn.nullable().default(null),
  allowedOrigins: z.array(Origin).default([]),
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
  reservedConcurrency: ReservedForQueue,
  maximumConcurrency: z.int().min(2).max(1000).default(10),
  batchSize: z.int().min(1).max(10).default(1),
  batchingWindowSeconds: z.int().min(0).max(300).default(0),
  maxReceiveCount: z.int().min(1).max(1000).default(5),
});

const DAY_SECONDS = 24 * 60 * 60;
const Backfill = z.strictObject({
  maximumConcurrency: z.int().min(2).max(1000).default(2),
  reservedConcurrency: ReservedForQueue,
  maxQueueAgeSeconds: z
    .int()
    .min(60)
    .max(7 * DAY_SECONDS)
    .default(5 * DAY_SECONDS),
});

const Analysis = AnalysisRecipe.extend({
  enabled: z.boolean().default(false),
  memoryMegabytes: MemoryMegabytes.default(1769),
  timeoutSeconds: TimeoutSeconds.default(60),
  reservedConcurrency: ReservedForQueue,
  maximumConcurrency: z.int().min(2).max(1000).default(5),
  maxReceiveCount: z.int().min(1).max(1000).default(5),
}).refine(({ enabled, labels, moderation }) => !enabled || labels.enabled || moderation.enabled, {
  path: ["enabled"],
  message: "must be false if neither labels nor moderation are enabled",
});

const Audit = z.strictObject({
  enabled: z.boolean().default(true),
  intervalHours: z.int().min(1).max(72).default(24),
  maxImagesPerRun: z.int().min(1).default(50_000),
  memoryMegabytes: MemoryMegabytes.default(512),
  timeoutSeconds: z.int().min(60).max(900).default(900),
  reservedConcurrency: ReservedConcurrency,
});

const Workflow = z.strictObject({
  enabled: z.boolean().default(false),
  minBytes: z
    .int()
    .min(1)
    .max(LARGEST_FILTERED_NUMBER)
    .default(10 * 1024 * 1024),
  prefix: z
    .string()
    .min(1)
    .max(1024)
    .refine((prefix) => toAttributeText(prefix) === prefix && !prefix.includes("\ufffd"), {
      message: "must not have control characters or U+FFFD, by which SNS cannot filter",
    })
    .default("review/"),
  memoryMegabytes: MemoryMegabytes.default(1769),
  timeoutSeconds: TimeoutSeconds.default(120),
  reservedConcurrency: ReservedConcurrency,
});

/** An upper bound of what the pipeline does: alarms at 80 %, and the end of it at 100 % if `stop` is true. */
const Budget = z
  .strictObject({
    imagesPerHour: z.int().min(1).nullable().default(null),
    dollarsPerMonth: z.number().positive().nullable().default(null),
    stop: z.boolean().default(false),
  })
  .refine(
    ({ imagesPerHour, dollarsPerMonth, stop }) => !stop || imagesPerHour !== null || dollarsPerMonth !== null,
    { path: ["stop"], message: "must be false without imagesPerHour or dollarsPerMonth: there is no bound" },
  );

const Retention = z.strictObject({
  supersededDays: Days.default(7),
  tombstoneDays: Days.default(30),
  noncurrentVersionDays: Days.default(30),
  incompleteUploadDays: Days.default(7),
  accessLogDays: Days.default(365),
});

const TopicArn = z
  .string()
  .regex(/^arn:aws[\w-]*:sns:[\w-]+:\d{12}:[\w-]+$/, "must be the ARN of an SNS topic");
const Uuid = z.uuid("must be a UUID");

const Slack = z.strictObject({
  workspaceId: z.string().regex(/^T[A-Z0-9]+$/, "must be a Slack workspace's id, such as T012ABCDEFG"),
  channelId: z.string().regex(/^[CG][A-Z0-9]+$/, "must be a Slack channel's id, such as C012ABCDEFG"),
});

const Teams = z.strictObject({ tenantId: Uuid, teamId: Uuid, channelId: z.string().min(1) });

const Alarms = z.strictObject({
  enabled: z.boolean().default(true),
  email: z.email("must be an e-mail address").nullable().default(null),
  /** An alarm has at most five actions, of which the pipeline's own topic is one. */
  topicArns: z.array(TopicArn).max(4).default([]),
  slack: Slack.nullable().default(null),
  teams: Teams.nullable().default(null),
  unattended: z.boolean().default(false),
  maxQueueAgeSeconds: z.int().min(60).default(900),
  maxRejectedPercent: z.number().min(0).max(100).default(20),
});

/** Path of IAM names (docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html). */
const IamPath = z
  .string()
  .regex(/^\/([\w+=,.@-]+\/)*$/, "must be a path such as /teams/images/")
  .max(512);

/** A principal of the account as in its ARN, in which `*` stands for any text. */
const OperatorName = z
  .string()
  .regex(
    /^(role|user)\/[\w+=,.@*/-]+$/,
    "must be role/NAME or user/NAME, with its path, such as role/teams/admin",
  );

const Iam = z.strictObject({
  path: IamPath.default("/"),
  operators: z.array(OperatorName).default(["role/aws-reserved/sso.amazonaws.com/*", "user/*"]),
  permissionsBoundary: z
    .string()
    .regex(/^arn:aws[\w-]*:iam::(\d{12}|aws):policy\/.+$/, "must be the ARN of a managed policy")
    .nullable()
    .default(null),
});

const ids = (kind: "subnet" | "sg", what: string) =>
  z.array(
    z.string().regex(new RegExp(`^${kind}-([0-9a-f]{8}|[0-9a-f]{17})$`), `must be the id of a ${what}`),
  );

/** Lambda's limits: 16 subnets, 5 security groups (docs.aws.amazon.com/lambda/latest/api/API_VpcConfig.html). */
const Vpc = z.strictObject({
  subnetIds: ids("subnet", "subnet, such as subnet-0123456789abcdef0")
    .min(1, "must name at least one subnet; two in different zones survive the loss of one")
    .max(16),
  securityGroupIds: ids("sg", "security group, such as sg-0123456789abcdef0")
    .min(1, "must name at least one security group")
    .max(5),
});

const Deployments = z.strictObject({
  // The error alarm needs three of five minutes, so CodeDeploy's canary of 5 minutes could end before it.
  canaryMinutes: z.literal([10, 15], "must be 10 or 15").nullable().default(null),
});

const AccountId = z.string().regex(/^\d{12}$/, "must be an AWS account id: 12 digits, as text");

/** Who may read renditions, beside the pipeline and this account's roles. */
const Readers = z.strictObject({
  accounts: z.array(AccountId).default([]),
  roles: z
    .array(z.string().regex(/^arn:aws[\w-]*:iam::\d{12}:role\/.+$/, "must be the ARN of an IAM role"))
    .default([]),
  cloudFrontDistributions: z
    .array(
      z
        .string()
        .regex(
          /^arn:aws[\w-]*:cloudfront::\d{12}:distribution\/\w+$/,
          "must be the ARN of a CloudFront distribution",
        ),
    )
    .default([]),
});

const Statements = z.array(PolicyStatement).default([]);

const Policies = z.strictObject({
  uploads: Statements,
  processed: Statements,
  imageEvents: Statements,
  imageResults: Statements,
  queues: z.record(z.string(), z.array(PolicyStatement)).default({}),
});

const Load = z.strictObject({
  imagesPerMonth: z.int().min(0).default(100_000),
  workerSecondsPerImage: z.number().positive().default(1.5),
  analyzerSecondsPerImage: z.number().positive().default(1),
  picturesPerAnalysis: z.number().min(1).max(100).default(1.2),
  workflowPercent: z.number().min(0).max(100).default(10),
  deliveriesPerMonth: z.int().min(0).default(1_000_000),
  kilobytesPerDelivery: z.number().positive().default(50),
});

const gitHubId = () => z.int().positive().nullable().default(null);

const ContinuousIntegration = z
  .strictObject({
    repository: z
      .string()
      .regex(/^[\w.-]+\/[\w.-]+$/, "must be a GitHub repository: owner/name")
      .nullable()
      .default(null),
    branch: z.string().min(1).default("main"),
    ownerId: gitHubId(),
    repositoryId: gitHubId(),
    existingProvider: z.boolean().default(false),
  })
  .refine(({ ownerId, repositoryId }) => (ownerId === null) === (repositoryId === null), {
    path: ["repositoryId"],
    message: "must be set together with ci.ownerId: GitHub's subjects have both or neither",
  });

/** The default tags by which the CI roles' policies find the pipeline's keys. IAM compares tag names without case. */
const TagName = z
  .string()
  .refine(
    (name) => !["project", "environment"].includes(name.toLowerCase()),
    "is the pipeline's own tag, which its permissions rest on: choose another name",
  );

/**
 * The settings of `pipeline.config.ts` for all environments, each of which can override them. `setting-descriptions.ts`
 * describes every setting.
 */
export const Settings = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,19}$/, "must be lower-case letters, digits and dashes, 20 at most")
    .default("image-pipeline"),
  accountId: AccountId.nullable().default(null),
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "must be an AWS region such as eu-central-1")
    // AWS China's service names end in .com.cn in key policies and logs, which nobody has tried, and it has no Rekognition.
    .refine(
      (region) => !region.startsWith("cn-"),
      "must not be in China (cn-*): its partition is not supported",
    )
    .default("us-east-1"),
  architecture: z.enum(["arm64", "x86_64"]).default("arm64"),
  encryption: z.enum(["kms", "sse-s3"]).default("kms"),
  retiredKey: z.boolean().nullable().default(null),
  reserveConcurrency: z.boolean().default(false),
  uploads: Uploads.prefault({}),
  ingest: Ingest.prefault({}),
  worker: Worker.prefault({}),
  backfill: Backfill.prefault({}),
  analysis: Analysis.prefault({}),
  audit: Audit.prefault({}),
  workflow: Workflow.prefault({}),
  budget: Budget.prefault({}),
  logRetentionDays: z
    .literal(RETENTION_DAYS, "must be a retention that CloudWatch Logs accepts, such as 30, 90 or 365")
    .default(365),
  logLevel: z.enum(["DEBUG", "INFO", "WARN", "ERROR"]).default("INFO"),
  destroyBucketsWithObjects: z.boolean().default(false),
  retention: Retention.prefault({}),
  alarms: Alarms.prefault({}),
  dashboard: z.boolean().default(true),
  xray: z.boolean().default(true),
  iam: Iam.prefault({}),
  vpc: Vpc.nullable().default(null),
  deployments: Deployments.prefault({}),
  readers: Readers.prefault({}),
  delivery: Delivery.prefault({}),
  webhooks: Webhooks,
  policies: Policies.prefault({}),
  load: Load.prefault({}),
  ci: ContinuousIntegration.prefault({}),
  tags: z.record(TagName, z.string()).default({}),
  presets: Presets,
  presetRules: PresetRules.default([]),
  limits: Limits.prefault({}),
});
export type Settings = z.infer<typeof Settings>;
/** The settings for all environments, next to which the config has its environments. */
export const SharedSettings = Settings.extend({ environments: z.unknown().optional() });
/** Settings as they are written: those with a default can be omitted. */
export type SettingsInput = z.input<typeof Settings>;

const EnvironmentName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,15}$/, "must be lower-case letters, digits and dashes, 16 at most")
  .refine((name) => name !== "local", "is the name of this machine's environment: choose another name")
  .refine(
    (name) => !["state", "plan", "apply", "account"].includes(name),
    "is part of the names of the account's own bucket, roles and state: choose another name",
  );
const NO_ENVIRONMENT = "must name at least one environment, such as { dev: {} }";
/** The settings of one environment, which are checked after they are merged with the shared ones. */
const EnvironmentSettings = z
  .looseObject({}, "must be an object of settings: {} for the shared ones")
  .refine(({ architecture }) => architecture === undefined, {
    path: ["architecture"],
    message: "must be set for all environments together, since the zips are built once",
  });

/** The environments by name. */
export const Environments = z.object({
  environments: z
    .record(EnvironmentName, EnvironmentSettings, NO_ENVIRONMENT)
    .refine((all) => Object.keys(all).length > 0, NO_ENVIRONMENT)
    .superRefine((all, context) => {
      for (const [longer, prefix] of overlappingNames(Object.keys(all)))
        context.addIssue({
          code: "custom",
          path: [longer],
          message: `must not begin with "${prefix}-", since the permissions of the environment ${prefix} would include its resources: choose another name`,
        });
    }),
});

/** Returns the pairs of environments of which one begins with the other's name and a dash. */
function overlappingNames(names: readonly string[]): [longer: string, prefix: string][] {
  return names.flatMap((prefix) =>
    names.filter((name) => name.startsWith(`${prefix}-`)).map((longer): [string, string] => [longer, prefix]),
  );
}

/** The shape of the config file, for editors and other languages; `definePipeline` checks more than the shape. */
export const PipelineConfig = Settings.extend({ environments: z.record(EnvironmentName, z.looseObject({})) });
