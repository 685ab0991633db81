import { DeleteBucketPolicyCommand, type S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";

/**
 * Everything that is done to the stacks for moto 5.2, and everything it makes of them that AWS would not. The product
 * knows nothing of it: it is applied to a copy of the synthesised JSON, or to moto itself.
 */
export const MOTO_ADAPTATIONS: readonly { why: string; adapt(stack: StackFile): void }[] = [
  {
    why: "one address serves all buckets, so their names go into the path (the provider has no variable for it)",
    adapt: ({ provider }) => {
      for (const block of provider.aws) block.s3_use_path_style = true;
    },
  },
  {
    why: "GetQueueAttributes leaves RedriveAllowPolicy out, so the provider would wait for it for ever",
    adapt: ({ resource }) => {
      delete resource.aws_sqs_queue_redrive_allow_policy;
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
    attribute: "aws_sqs_queue.redrive_policy",
    why: "GetQueueAttributes gives RedrivePolicy back with other white space",
    explains: (before, after) => canonical(before) === canonical(after),
  },
];

const Block = z.record(z.string(), z.unknown());
export const StackFile = z.looseObject({
  provider: z.looseObject({ aws: z.array(Block) }),
  resource: z.record(z.string(), z.record(z.string(), Block)),
});
type StackFile = z.infer<typeof StackFile>;

const State = z.looseObject({
  values: z.looseObject({
    root_module: z.looseObject({ resources: z.array(z.looseObject({ type: z.string(), values: Block })) }),
  }),
});

function canonical(json: unknown): string {
  const value = z.record(z.string(), z.unknown()).parse(JSON.parse(z.string().parse(json)));
  return JSON.stringify(Object.entries(value).sort());
}
