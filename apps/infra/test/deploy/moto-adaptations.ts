import {
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { z } from "zod";

/**
 * Everything that is done to the stacks for moto 5.2, and everything it makes of them that AWS would not. The product
 * knows nothing of it: it is applied to a copy of the synthesised JSON, or to moto itself.
 */
export interface MotoAdaptation {
  why: string;
  adapt(stack: StackFile): void;
}

export const MOTO_ADAPTATIONS: readonly MotoAdaptation[] = [
  {
    why: "one address serves all buckets, so their names go into the path (the provider has no variable for it)",
    adapt: ({ provider }) => {
      for (const block of provider.aws) block.s3_use_path_style = true;
    },
  },
  {
    why: "for the same reason the state's name goes into the path, where a bucket holds it",
    adapt: ({ terraform }) => {
      if (terraform.backend?.s3) terraform.backend.s3.use_path_style = true;
    },
  },
  {
    why: "GetQueueAttributes leaves RedriveAllowPolicy out, so the provider would wait for it for ever",
    adapt: ({ resource }) => {
      delete resource.aws_sqs_queue_redrive_allow_policy;
    },
  },
  {
    why: "PutCompositeAlarm is not there, so the provider would try it for ever",
    adapt: ({ resource }) => {
      delete resource.aws_cloudwatch_composite_alarm;
    },
  },
  {
    why: "an enabled event source mapping empties its queue with nothing run: it is made disabled",
    adapt: ({ resource }) => {
      for (const mapping of Object.values(resource.aws_lambda_event_source_mapping ?? {}))
        mapping.enabled = false;
    },
  },
];

/** As above, for the stack that makes the state bucket and then keeps its own state in it. */
export const STATE_ADAPTATIONS: readonly MotoAdaptation[] = [
  ...MOTO_ADAPTATIONS,
  {
    why: "the bucket's policy denies every read and write, TLS or not: it is left out",
    adapt: ({ resource }) => {
      delete resource.aws_s3_bucket_policy;
    },
  },
  {
    why: "the provider watches a lifecycle configuration for a minute, which the other tests see: it is left out",
    adapt: ({ resource }) => {
      delete resource.aws_s3_bucket_lifecycle_configuration;
    },
  },
];

/** The state of a stack as the adaptations above would have left it on AWS: with the mapping enabled. */
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
 * Done once everything is applied and planned again: moto takes every condition for fulfilled, so that a bucket policy
 * that denies calls without TLS denies them all. What it says is checked in the synthesised JSON.
 */
export async function takePoliciesOff(s3: S3Client, buckets: readonly string[]): Promise<void> {
  for (const Bucket of buckets) await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
}

/** Done before the buckets are destroyed: moto answers 500 when a delete marker is the last that goes of a key. */
export async function takeDeleteMarkersOff(s3: S3Client, buckets: readonly string[]): Promise<void> {
  for (const Bucket of buckets) {
    const { DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    for (const { Key, VersionId } of DeleteMarkers)
      await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
  }
}

/** A difference that a second plan finds, though nothing has changed. */
export interface MotoDifference {
  attribute: string;
  why: string;
  explains(before: unknown, after: unknown): boolean;
}

export const MOTO_DIFFERENCES: readonly MotoDifference[] = [
  {
    attribute: "aws_lambda_function.logging_config",
    why: "GetFunction leaves LoggingConfig out",
    explains: (before) => Array.isArray(before) && before.length === 0,
  },
  {
    attribute: "aws_lambda_function.kms_key_arn",
    why: "GetFunction leaves KMSKeyArn out",
    explains: (before) => before === "",
  },
  {
    attribute: "aws_lambda_function.dead_letter_config",
    why: "GetFunction leaves DeadLetterConfig out",
    explains: (before) => Array.isArray(before) && before.length === 0,
  },
  {
    attribute: "aws_sqs_queue.redrive_policy",
    why: "GetQueueAttributes gives RedrivePolicy back with other white space",
    explains: (before, after) => canonical(before) === canonical(after),
  },
];

const Block = z.record(z.string(), z.unknown());
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

function canonical(json: unknown): string {
  const value = z.record(z.string(), z.unknown()).parse(JSON.parse(z.string().parse(json)));
  return JSON.stringify(Object.entries(value).sort());
}
