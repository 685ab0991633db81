import { EventPattern, QueueRedrivePolicy } from "@image-pipeline/schema/aws";
import { z } from "zod";
import { Definition } from "../topology/definition.ts";

/** A nested block: cdk.tf.json may write one as an object or as a list of one; the state always has a list. */
const block = <Shape extends z.ZodType>(shape: Shape) =>
  z
    .preprocess((value) => (Array.isArray(value) && value.length <= 1 ? value[0] : value), shape.nullish())
    .transform((value) => value ?? null);
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

/** As `jsonText`, of an attribute that must be there; what is wrong with it is said. */
const neededJson = <Shape extends z.ZodType>(shape: Shape) =>
  z
    .string()
    .transform((value, context): unknown => {
      try {
        return JSON.parse(value);
      } catch {
        context.issues.push({ code: "custom", input: value, message: "is not JSON" });
        return z.NEVER;
      }
    })
    .pipe(shape);

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
  redrive_policy: jsonText(QueueRedrivePolicy),
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
export const StateMachine = z.object({
  name: z.string().min(1),
  arn: z.string(),
  role_arn: z.string(),
  type: z
    .string()
    .nullish()
    .refine((type) => !type || type === "STANDARD", "only STANDARD machines run here"),
  definition: neededJson(Definition),
});
export const Pipe = z.object({
  name: z.string().min(1),
  role_arn: z.string(),
  source: z.string(),
  target: z.string(),
  source_parameters: block(
    z.object({
      sqs_queue_parameters: block(
        z.object({ batch_size: z.literal(1, "only pipes of one message at a time run here") }),
      ),
      filter_criteria: block(z.object({ filter: blocks(z.object({ pattern: neededJson(EventPattern) })) })),
    }),
  ),
  target_parameters: block(
    z.object({
      step_function_state_machine_parameters: block(
        z.object({ invocation_type: z.literal("FIRE_AND_FORGET", "only FIRE_AND_FORGET is run here") }),
      ),
      input_template: text.refine((value) => value === null, "is not known here"),
    }),
  ),
});
