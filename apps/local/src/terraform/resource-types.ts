import { z } from "zod";

/** A nested block: cdk.tf.json may write one as an object or as a list of one; the state always has a list. */
const block = <Shape extends z.ZodType>(shape: Shape) =>
  z
    .union([shape, z.array(shape).max(1)])
    .nullish()
    .transform((value) => (Array.isArray(value) ? value[0] : value) ?? null);
const blocks = <Shape extends z.ZodType>(shape: Shape) =>
  z
    .union([z.array(shape), shape])
    .nullish()
    .transform((value) =>
      value === null || value === undefined ? [] : Array.isArray(value) ? value : [value],
    );
/** An optional text; the state writes one that is not set as `""` or null. */
const text = z
  .string()
  .nullish()
  .transform((value) => value || null);
const seconds = (preset: number) =>
  z
    .int()
    .nonnegative()
    .nullish()
    .transform((value) => value ?? preset);

const jsonText = <Shape extends z.ZodType>(shape: Shape) =>
  text.transform((value, context) => {
    try {
      return value === null ? null : shape.parse(JSON.parse(value));
    } catch {
      context.issues.push({ code: "custom", input: value, message: "is not JSON of the form expected here" });
      return z.NEVER;
    }
  });

export const Bucket = z.object({ bucket: z.string().min(3) });
export const Topic = z.object({ name: z.string().min(1), arn: z.string() });
export const Queue = z.object({
  name: z.string().min(1),
  arn: z.string(),
  url: z.string(),
  visibility_timeout_seconds: seconds(30),
  message_retention_seconds: seconds(345_600),
  delay_seconds: seconds(0),
  receive_wait_time_seconds: seconds(0),
  redrive_policy: jsonText(
    z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number().int().positive() }),
  ),
});
export const Subscription = z.object({
  topic_arn: z.string(),
  /** Mail is for alarms, which never go off here. */
  protocol: z.enum(["sqs", "email"], "only queues are subscribed here: use sqs"),
  endpoint: z.string(),
  raw_message_delivery: z.boolean().nullish(),
  filter_policy: text,
  filter_policy_scope: text,
  redrive_policy: text,
});
export const ZipFunction = z.object({
  function_name: z.string().min(1),
  arn: z.string(),
  role: z.string(),
  filename: z.string("is missing: only functions from a zip file run here"),
  handler: z.string().regex(/^[^.].*\.[^.]+$/, "must be FILE.EXPORT"),
  runtime: z.string().regex(/^nodejs\d+\.x$/, "only Node.js runtimes run here"),
  timeout: seconds(3),
  memory_size: z
    .int()
    .nullish()
    .transform((value) => value ?? 128),
  reserved_concurrent_executions: z
    .int()
    .nullish()
    .transform((value) => (value === undefined || value === -1 ? null : value)),
  environment: block(z.object({ variables: z.record(z.string(), z.string()).nullish() })),
  dead_letter_config: block(z.object({ target_arn: z.string() })),
});
export const EventInvokeConfig = z.object({
  function_name: z.string(),
  maximum_retry_attempts: z
    .int()
    .min(0)
    .max(2)
    .nullish()
    .transform((value) => value ?? 2),
  maximum_event_age_in_seconds: z
    .int()
    .nullish()
    .transform((value) => value || 21_600),
  destination_config: block(z.object({ on_failure: block(z.object({ destination: z.string() })) })),
});
export const EventSourceMapping = z.object({
  event_source_arn: z.string(),
  function_name: z.string(),
  enabled: z.boolean().nullish(),
  batch_size: z
    .int()
    .positive()
    .nullish()
    .transform((value) => value ?? 10),
  maximum_batching_window_in_seconds: seconds(0),
  function_response_types: z.array(z.literal("ReportBatchItemFailures")).nullish(),
  scaling_config: block(z.object({ maximum_concurrency: z.int().positive().nullish() })),
});
export const EventTarget = z.object({ arn: z.string() });
export const BucketNotification = z.object({
  bucket: z.string(),
  lambda_function: blocks(
    z.object({
      id: text,
      lambda_function_arn: z.string(),
      events: z.array(z.string()),
      filter_prefix: text,
      filter_suffix: text,
    }),
  ),
});
