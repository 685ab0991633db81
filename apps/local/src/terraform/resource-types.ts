import { EventPattern, QueueRedrivePolicy } from "@image-pipeline/schema/aws";
import { z } from "zod";
import { Definition } from "../topology/definition.ts";
import { block, blocks, jsonText, optionalJsonText, seconds, text } from "./attribute-shapes.ts";
import { EDGE_RESOURCE_TYPES } from "./edge-resource-types.ts";
import { type ResourceType, resourceType } from "./resource-type.ts";

export const bucket = resourceType({
  type: "aws_s3_bucket",
  shape: z.object({ bucket: z.string().min(3) }),
  inert: ["force_destroy"],
});
export const topic = resourceType({
  type: "aws_sns_topic",
  shape: z.object({ name: z.string().min(1), arn: z.string() }),
  inert: [
    "display_name",
    "kms_master_key_id",
    "policy",
    "signature_version",
    "tracing_config",
    "sqs_success_feedback_role_arn",
    "sqs_success_feedback_sample_rate",
    "sqs_failure_feedback_role_arn",
  ],
});
export const queue = resourceType({
  type: "aws_sqs_queue",
  shape: z.object({
    name: z.string().min(1),
    arn: z.string(),
    url: z.string(),
    visibility_timeout_seconds: seconds(30),
    message_retention_seconds: seconds(345_600),
    delay_seconds: seconds(0),
    receive_wait_time_seconds: seconds(0),
    redrive_policy: optionalJsonText(QueueRedrivePolicy),
  }),
  inert: [
    "kms_master_key_id",
    "kms_data_key_reuse_period_seconds",
    "sqs_managed_sse_enabled",
    "policy",
    "redrive_allow_policy",
  ],
});
export const subscription = resourceType({
  type: "aws_sns_topic_subscription",
  shape: z.object({
    topic_arn: z.string(),
    /** Alarms send mail, and there are no alarms here. */
    protocol: z.enum(["sqs", "email"], "only queues can subscribe here: use sqs"),
    endpoint: z.string(),
    raw_message_delivery: z.boolean().nullish(),
    filter_policy: text,
    filter_policy_scope: text,
    redrive_policy: text,
  }),
  inert: ["confirmation_timeout_in_minutes"],
});
export const zipFunction = resourceType({
  type: "aws_lambda_function",
  shape: z.object({
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
  }),
  inert: [
    "architectures",
    "code_signing_config_arn",
    "description",
    "ephemeral_storage",
    "kms_key_arn",
    "logging_config",
    "package_type",
    "publish",
    "source_code_hash",
    "tracing_config",
  ],
});
/** One version of a function runs here, that of its zip: every alias means it. */
export const alias = resourceType({
  type: "aws_lambda_alias",
  shape: z.object({
    arn: z.string(),
    routing_config: block(z.object({})).refine((value) => value === null, "only one version runs here"),
  }),
  inert: ["description", "function_name", "function_version", "invoke_arn", "name"],
});
export const eventInvokeConfig = resourceType({
  type: "aws_lambda_function_event_invoke_config",
  shape: z.object({
    function_name: z.string(),
    qualifier: text,
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
  }),
  inert: [],
});
/** Permissions have no effect here, but tell which functions alarms invoke. */
export const permission = resourceType({
  type: "aws_lambda_permission",
  shape: z.object({ function_name: z.string(), principal: z.string() }),
  inert: [
    "action",
    "event_source_token",
    "function_url_auth_type",
    "invoked_via_function_url",
    "principal_org_id",
    "qualifier",
    "source_account",
    "source_arn",
    "statement_id",
    "statement_id_prefix",
  ],
});
export const eventSourceMapping = resourceType({
  type: "aws_lambda_event_source_mapping",
  shape: z.object({
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
  }),
  inert: ["metrics_config", "kms_key_arn"],
});
/** No schedule fires here: its function is invoked by hand. A rule with a pattern gets the events of buckets. */
export const eventRule = resourceType({
  type: "aws_cloudwatch_event_rule",
  shape: z.object({ name: text, event_pattern: optionalJsonText(EventPattern) }),
  inert: ["description", "schedule_expression", "state"],
});
export const eventTarget = resourceType({
  type: "aws_cloudwatch_event_target",
  shape: z.object({ rule: z.string(), arn: z.string() }),
  inert: ["dead_letter_config", "retry_policy", "target_id"],
});
export const bucketNotification = resourceType({
  type: "aws_s3_bucket_notification",
  shape: z.object({
    bucket: z.string(),
    eventbridge: z.boolean().nullish(),
    lambda_function: blocks(
      z.object({
        id: text,
        lambda_function_arn: z.string(),
        events: z.array(z.string()),
        filter_prefix: text,
        filter_suffix: text,
      }),
    ),
  }),
  inert: [],
});
export const stateMachine = resourceType({
  type: "aws_sfn_state_machine",
  shape: z.object({
    name: z.string().min(1),
    arn: z.string(),
    role_arn: z.string(),
    type: z
      .string()
      .nullish()
      .refine((type) => !type || type === "STANDARD", "only STANDARD machines run here"),
    definition: jsonText(Definition),
  }),
  inert: ["encryption_configuration", "logging_configuration", "publish", "tracing_configuration"],
});
export const pipe = resourceType({
  type: "aws_pipes_pipe",
  shape: z.object({
    name: z.string().min(1),
    role_arn: z.string(),
    source: z.string(),
    target: z.string(),
    source_parameters: block(
      z.object({
        sqs_queue_parameters: block(
          z.object({ batch_size: z.literal(1, "only pipes of one message at a time run here") }),
        ),
        filter_criteria: block(z.object({ filter: blocks(z.object({ pattern: jsonText(EventPattern) })) })),
      }),
    ),
    target_parameters: block(
      z.object({
        step_function_state_machine_parameters: block(
          z.object({ invocation_type: z.literal("FIRE_AND_FORGET", "only FIRE_AND_FORGET runs here") }),
        ),
        input_template: text.refine((value) => value === null, "is not supported here"),
      }),
    ),
  }),
  inert: ["description", "kms_key_identifier", "log_configuration"],
});

/** The resource types above, by name. */
export const RESOURCE_TYPES: ReadonlyMap<string, ResourceType> = new Map(
  [
    bucket,
    topic,
    queue,
    subscription,
    zipFunction,
    alias,
    eventInvokeConfig,
    eventSourceMapping,
    permission,
    eventTarget,
    bucketNotification,
    stateMachine,
    pipe,
    eventRule,
    ...EDGE_RESOURCE_TYPES,
  ].map((type) => [type.type, type]),
);
