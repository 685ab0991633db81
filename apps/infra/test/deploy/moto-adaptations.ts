import {
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { z } from "zod";

const Block = z.record(z.string(), z.unknown());

/**
 * Changes of the stacks for moto 5.2, and differences between moto and AWS. The product has no code for moto: changes apply to a
 * copy of the synthesised JSON, or to moto itself.
 */
export interface MotoAdaptation {
  why: string;
  adapt(stack: StackFile): void;
}

/** They leave every resource in its stack; what moto lacks is in `MotoSupplement`. */
export const MOTO_ADAPTATIONS: readonly MotoAdaptation[] = [
  {
    why: "all buckets have one address, so their names go into the path (the provider has no variable for it)",
    adapt: ({ provider }) => {
      for (const block of provider.aws) block.s3_use_path_style = true;
    },
  },
  {
    why: "for the same reason the state bucket's name goes into the path",
    adapt: ({ terraform }) => {
      if (terraform.backend?.s3) terraform.backend.s3.use_path_style = true;
    },
  },
  {
    why: "an enabled event source mapping deletes messages without invoking the function: it is disabled",
    adapt: ({ resource }) => {
      for (const mapping of Object.values(resource.aws_lambda_event_source_mapping ?? {}))
        mapping.enabled = false;
    },
  },
];

/** Changes for the state stack, which creates the state bucket and then keeps its own state there. */
export const STATE_ADAPTATIONS: readonly MotoAdaptation[] = [
  ...MOTO_ADAPTATIONS,
  {
    why: "the bucket's policy denies every read and write, even with TLS: it is omitted",
    adapt: ({ resource }) => {
      delete resource.aws_s3_bucket_policy;
    },
  },
  {
    why: "the provider waits a minute for a lifecycle configuration, which other tests cover: it is omitted",
    adapt: ({ resource }) => {
      delete resource.aws_s3_bucket_lifecycle_configuration;
    },
  },
];

/** Returns the state of a stack as on AWS: with event source mappings enabled. */
export function asDeployedOnAws(state: unknown): unknown {
  const { values, ...rest } = State.parse(state);
  const resources = values.root_module.resources.map((resource) =>
    resource.type === "aws_lambda_event_source_mapping"
      ? { ...resource, values: { ...resource.values, enabled: true } }
      : resource,
  );
  return { ...rest, values: { ...values, root_module: { ...values.root_module, resources } } };
}

/**
 * Removes bucket policies once all plans are done: moto treats every condition as met, so a policy that denies calls without
 * TLS denies all calls. Other tests check the policies in the synthesised JSON.
 */
export async function removePolicies(s3: S3Client, buckets: readonly string[]): Promise<void> {
  for (const Bucket of buckets) await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
}

/** Deletes delete markers before the buckets are destroyed: moto answers 500 if a marker is the last version of a key. */
export async function removeDeleteMarkers(s3: S3Client, buckets: readonly string[]): Promise<void> {
  for (const Bucket of buckets) {
    const { DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    for (const { Key, VersionId } of DeleteMarkers)
      await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
  }
}

/** A difference in a second plan although nothing has changed. */
export interface MotoDifference {
  attribute: string;
  why: string;
  explains(before: unknown, after: unknown): boolean;
}

export const MOTO_DIFFERENCES: readonly MotoDifference[] = [
  {
    attribute: "aws_lambda_function.logging_config",
    why: "GetFunction omits LoggingConfig",
    explains: (before) => Array.isArray(before) && before.length === 0,
  },
  {
    attribute: "aws_lambda_function.kms_key_arn",
    why: "GetFunction omits KMSKeyArn",
    explains: (before) => before === "",
  },
  {
    attribute: "aws_lambda_function.dead_letter_config",
    why: "GetFunction omits DeadLetterConfig",
    explains: (before) => Array.isArray(before) && before.length === 0,
  },
  ...["version", "qualified_arn", "qualified_invoke_arn"].map((attribute) => ({
    attribute: `aws_lambda_function.${attribute}`,
    why: "because of the differences above, the provider expects to publish a version",
    explains: isKnownAfterApply,
  })),
  {
    attribute: "aws_lambda_alias.function_version",
    why: "for the same reason its version is only known after the deployment",
    explains: isKnownAfterApply,
  },
  {
    attribute: "aws_s3_bucket_notification.eventbridge",
    why: "GetBucketNotificationConfiguration omits EventBridgeConfiguration",
    explains: (before, after) => before === false && after === true,
  },
  {
    attribute: "aws_lambda_event_source_mapping.function_name",
    why: "GetEventSourceMapping returns the ARN of the alias's version instead of the alias's own",
    explains: (before, after) =>
      unqualified(before) === unqualified(after) && String(after).endsWith(":live"),
  },
  {
    attribute: "aws_sqs_queue.redrive_policy",
    why: "GetQueueAttributes returns RedrivePolicy with different white space",
    explains: (before, after) => canonical(before) === canonical(after),
  },
];

export const StackFile = z.looseObject({
  terraform: z.looseObject({ backend: z.looseObject({ s3: Block.optional() }).optional() }),
  provider: z.looseObject({ aws: z.array(Block) }),
  resource: z.record(z.string(), z.record(z.string(), Block)),
});
export type StackFile = z.infer<typeof StackFile>;

const State = z.looseObject({
  values: z.looseObject({
    root_module: z.looseObject({ resources: z.array(z.looseObject({ type: z.string(), values: Block })) }),
  }),
});

function isKnownAfterApply(_before: unknown, after: unknown): boolean {
  return after === undefined;
}

function unqualified(arn: unknown): string {
  return String(arn).replace(/:(\d+|live)$/, "");
}

function canonical(json: unknown): string {
  const value = z.record(z.string(), z.unknown()).parse(JSON.parse(z.string().parse(json)));
  return JSON.stringify(Object.entries(value).sort());
}
