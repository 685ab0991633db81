/**
 * What the reader knows of each resource type: the attributes that do something here, and those that do not.
 * One that stands in neither list stops the start, so that nothing a stack asks for is skipped in silence.
 */
export const USED_TYPES: Readonly<Record<string, { used: readonly string[]; inert: readonly string[] }>> = {
  aws_s3_bucket: { used: ["bucket"], inert: ["force_destroy"] },
  aws_sns_topic: {
    used: ["name"],
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
  },
  aws_sqs_queue: {
    used: [
      "name",
      "visibility_timeout_seconds",
      "message_retention_seconds",
      "delay_seconds",
      "receive_wait_time_seconds",
      "redrive_policy",
    ],
    inert: [
      "kms_master_key_id",
      "kms_data_key_reuse_period_seconds",
      "sqs_managed_sse_enabled",
      "policy",
      "redrive_allow_policy",
    ],
  },
  aws_sns_topic_subscription: {
    used: [
      "topic_arn",
      "protocol",
      "endpoint",
      "raw_message_delivery",
      "filter_policy",
      "filter_policy_scope",
      "redrive_policy",
    ],
    inert: ["confirmation_timeout_in_minutes"],
  },
  aws_lambda_function: {
    used: [
      "function_name",
      "role",
      "filename",
      "handler",
      "runtime",
      "timeout",
      "memory_size",
      "environment",
      "reserved_concurrent_executions",
      "dead_letter_config",
    ],
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
  },
  aws_lambda_function_event_invoke_config: {
    used: ["function_name", "maximum_retry_attempts", "maximum_event_age_in_seconds", "destination_config"],
    inert: [],
  },
  aws_lambda_event_source_mapping: {
    used: [
      "event_source_arn",
      "function_name",
      "enabled",
      "batch_size",
      "maximum_batching_window_in_seconds",
      "function_response_types",
      "scaling_config",
    ],
    inert: ["metrics_config", "kms_key_arn"],
  },
  // A schedule never comes round here, as nobody waits a day: its function is invoked by hand. A pattern is not known.
  aws_cloudwatch_event_rule: { used: [], inert: ["name", "description", "schedule_expression", "state"] },
  aws_cloudwatch_event_target: { used: ["arn"], inert: ["rule", "target_id"] },
  aws_sfn_state_machine: {
    used: ["name", "role_arn", "definition", "type"],
    inert: ["encryption_configuration", "logging_configuration", "publish", "tracing_configuration"],
  },
  aws_pipes_pipe: {
    used: ["name", "role_arn", "source", "target", "source_parameters", "target_parameters"],
    inert: ["description", "kms_key_identifier", "log_configuration"],
  },
  aws_s3_bucket_notification: { used: ["bucket", "lambda_function"], inert: ["eventbridge"] },
};

/** Attributes that any resource may have and that do nothing here. */
export const INERT_EVERYWHERE: ReadonlySet<string> = new Set([
  "//",
  "depends_on",
  "lifecycle",
  "region",
  "tags",
  "timeouts",
]);

/** Resource types that do nothing here: access, encryption, retention, watching. */
export const INERT_TYPES: ReadonlySet<string> = new Set([
  "aws_cloudwatch_composite_alarm",
  "aws_cloudwatch_dashboard",
  "aws_cloudwatch_log_data_protection_policy",
  "aws_cloudwatch_log_group",
  "aws_cloudwatch_log_metric_filter",
  "aws_cloudwatch_metric_alarm",
  "aws_cloudwatch_query_definition",
  "aws_iam_policy",
  "aws_iam_role",
  "aws_iam_role_policy",
  "aws_iam_role_policy_attachment",
  "aws_kms_alias",
  "aws_kms_key",
  "aws_kms_key_policy",
  "aws_lambda_code_signing_config",
  "aws_lambda_permission",
  "aws_lambda_function_recursion_config",
  "aws_s3_bucket_cors_configuration",
  "aws_s3_bucket_intelligent_tiering_configuration",
  "aws_s3_bucket_lifecycle_configuration",
  "aws_s3_bucket_logging",
  "aws_s3_bucket_metric",
  "aws_s3_bucket_ownership_controls",
  "aws_s3_bucket_policy",
  "aws_s3_bucket_public_access_block",
  "aws_s3_bucket_server_side_encryption_configuration",
  "aws_s3_bucket_versioning",
  "aws_sns_topic_policy",
  "aws_sqs_queue_policy",
  "aws_sqs_queue_redrive_allow_policy",
]);
