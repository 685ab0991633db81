import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const Scanner = z.object({
  source: z.string(),
  date: z.string(),
  byType: z.record(z.string(), z.array(z.string())),
});

/** The checks of three scanners by the type of resource that each looks at; `write-scanner-checks.ts` writes the file. */
export const CHECKS_FILE = join(import.meta.dirname, "checks.json");
export const KNOWN_CHECKS = z
  .object({ checkov: Scanner, trivy: Scanner, fsbp: Scanner })
  .parse(JSON.parse(readFileSync(CHECKS_FILE, "utf8")));

/** Trivy's name of each type; null for those that none of its checks looks at. */
const TRIVY_TYPES: Readonly<Record<string, string | null>> = {
  aws_chatbot_slack_channel_configuration: null,
  aws_chatbot_teams_channel_configuration: null,
  aws_cloudfront_cache_policy: null,
  aws_cloudfront_distribution: "cloudfront.distributions",
  aws_cloudfront_function: null,
  aws_cloudfront_key_group: null,
  aws_cloudfront_origin_access_control: null,
  aws_cloudfront_public_key: null,
  aws_cloudfront_response_headers_policy: null,
  aws_cloudwatch_composite_alarm: null,
  aws_cloudwatch_dashboard: null,
  aws_cloudwatch_event_rule: null,
  aws_cloudwatch_event_target: null,
  aws_cloudwatch_log_delivery: null,
  aws_cloudwatch_log_delivery_destination: null,
  aws_cloudwatch_log_delivery_source: null,
  aws_cloudwatch_log_group: "cloudwatch.loggroups",
  aws_cloudwatch_metric_alarm: null,
  aws_iam_openid_connect_provider: null,
  aws_iam_policy: "iam.policies",
  aws_iam_role: "iam.roles",
  aws_iam_role_policy: "iam.roles",
  aws_iam_role_policy_attachment: "iam.roles",
  aws_kms_alias: null,
  aws_kms_key: "kms.keys",
  aws_lambda_alias: null,
  aws_lambda_event_source_mapping: null,
  aws_lambda_function: "lambda.functions",
  aws_lambda_function_event_invoke_config: null,
  aws_lambda_function_url: null,
  aws_lambda_permission: "lambda.functions",
  aws_pipes_pipe: null,
  aws_route53_record: null,
  aws_s3_bucket: "s3.buckets",
  aws_s3_bucket_lifecycle_configuration: "s3.buckets",
  aws_s3_bucket_logging: "s3.buckets",
  aws_s3_bucket_notification: "s3.buckets",
  aws_s3_bucket_ownership_controls: "s3.buckets",
  aws_s3_bucket_policy: "s3.buckets",
  aws_s3_bucket_public_access_block: "s3.buckets",
  aws_s3_bucket_server_side_encryption_configuration: "s3.buckets",
  aws_s3_bucket_versioning: "s3.buckets",
  aws_sfn_state_machine: null,
  aws_sns_topic: "sns.topics",
  aws_sns_topic_policy: "sns.topics",
  aws_sns_topic_subscription: null,
  aws_sqs_queue: "sqs.queues",
  aws_sqs_queue_policy: "sqs.queues",
  aws_sqs_queue_redrive_allow_policy: null,
};

/**
 * Returns the ids of all checks of these types of resources, and of the provider and the account.
 *
 * @throws {Error} if Trivy's name of a type is not known
 */
export function checksOf(types: Iterable<string>): string[] {
  const { checkov, trivy, fsbp } = KNOWN_CHECKS;
  const ids = ["aws", "account", ...types].flatMap((type) => [
    ...(checkov.byType[type] ?? []),
    ...(fsbp.byType[type] ?? []),
    ...(type.startsWith("aws_") ? (trivy.byType[trivyType(type)] ?? []) : []),
  ]);
  return [...new Set(ids)].sort();
}

function trivyType(type: string): string {
  const name = TRIVY_TYPES[type];
  if (name === undefined) throw new Error(`${type} is missing from TRIVY_TYPES`);
  return name ?? "";
}
