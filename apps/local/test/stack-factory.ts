import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "./temporary-folder.ts";

/** A reference, as Terraform writes one. */
export function ref(expression: string): string {
  return `\${${expression}}`;
}

type Resources = Record<string, Record<string, Record<string, unknown>>>;

/** Writes stacks as `cdktf synth` does. @returns the folder to read them from */
export function writeStacks(stacks: Record<string, Resources>, region = "eu-central-1"): string {
  const folder = temporaryFolder();
  for (const [name, resource] of Object.entries(stacks)) {
    mkdirSync(join(folder, name));
    writeFileSync(
      join(folder, name, "cdk.tf.json"),
      JSON.stringify({ provider: { aws: [{ region }] }, resource }),
    );
  }
  return folder;
}

/** The shape of the real pipeline, in little: one bucket, one topic, two queues, one function. */
export const PIPELINE: Resources = {
  aws_s3_bucket: {
    Uploads: { bucket: `uploads-${ref("data.aws_caller_identity.Account.account_id")}`, force_destroy: true },
  },
  aws_sns_topic: { Events: { name: "events", tags: { Team: "images" } } },
  aws_sqs_queue: {
    Work: {
      name: "work",
      visibility_timeout_seconds: 360,
      message_retention_seconds: 604_800,
      redrive_policy: `{"deadLetterTargetArn":"${ref("aws_sqs_queue.Dead.arn")}","maxReceiveCount":5}`,
      sqs_managed_sse_enabled: true,
    },
    Dead: { name: "work-dlq" },
  },
  aws_sns_topic_subscription: {
    Subscription: {
      topic_arn: ref("aws_sns_topic.Events.arn"),
      protocol: "sqs",
      endpoint: ref("aws_sqs_queue.Work.arn"),
      raw_message_delivery: true,
      filter_policy: '{"type":["image.uploaded"]}',
    },
  },
  aws_iam_role: { Role: { name: "worker-role", assume_role_policy: "{}" } },
  aws_lambda_function: {
    Worker: {
      function_name: "worker",
      role: ref("aws_iam_role.Role.arn"),
      filename: "assets/worker/lambda.zip",
      handler: "index.handler",
      runtime: "nodejs22.x",
      timeout: 60,
      memory_size: 1769,
      environment: { variables: { QUEUE_URL: ref("aws_sqs_queue.Work.url"), LITERAL: `$${ref("kept")}` } },
    },
  },
  aws_lambda_function_event_invoke_config: {
    Config: {
      function_name: ref("aws_lambda_function.Worker.function_name"),
      maximum_retry_attempts: 1,
      destination_config: { on_failure: { destination: ref("aws_sqs_queue.Dead.arn") } },
    },
  },
  aws_lambda_event_source_mapping: {
    Mapping: {
      event_source_arn: ref("aws_sqs_queue.Work.arn"),
      function_name: ref("aws_lambda_function.Worker.arn"),
      batch_size: 3,
      function_response_types: ["ReportBatchItemFailures"],
      scaling_config: { maximum_concurrency: 4 },
    },
  },
  aws_cloudwatch_metric_alarm: { Alarm: { alarm_name: "anything", whatever: ref("not.resolved") } },
};

export const NOTIFICATIONS: Resources = {
  aws_s3_bucket_notification: {
    Notification: {
      bucket: `uploads-${ref("data.aws_caller_identity.Account.account_id")}`,
      lambda_function: [
        {
          id: "uploads",
          lambda_function_arn: `arn:aws:lambda:eu-central-1:${ref("data.aws_caller_identity.Account.account_id")}:function:worker`,
          events: ["s3:ObjectCreated:*", "s3:LifecycleExpiration:*"],
          filter_prefix: "photos/",
        },
      ],
    },
  },
};
