import { toDeadLetterArn } from "@image-pipeline/schema/aws";
import { inCode } from "../markdown.ts";
import type { Attributes, Plan } from "../plan.ts";
import type { Finding } from "./finding.ts";

const DAY_SECONDS = 24 * 60 * 60;

/** The rules between resources that synth checks too: a plan may be of other sources than it saw. */
export function brokenRules(plans: readonly Plan[]): Finding[] {
  const all = plans.flatMap(afterwards);
  const of = (type: string) =>
    all.filter((resource) => resource.type === type).map(({ attributes }) => attributes);
  const queues = of("aws_sqs_queue");
  const functions = of("aws_lambda_function");
  return [
    ...of("aws_lambda_event_source_mapping").flatMap((mapping) =>
      hidesTooShortly(mapping, queues, functions),
    ),
    ...queues.flatMap((queue) => losesDeadLetters(queue, queues)),
    ...notifiedTwice(of("aws_s3_bucket_notification")),
  ];
}

function afterwards({ changes, unchanged }: Plan): { type: string; attributes: Attributes }[] {
  const changed = changes.flatMap(({ type, after }) => (after === null ? [] : [{ type, attributes: after }]));
  return [...changed, ...unchanged];
}

function hidesTooShortly(mapping: Attributes, queues: Attributes[], functions: Attributes[]): Finding[] {
  const queue = queues.find(({ arn }) => arn !== undefined && arn === mapping.event_source_arn);
  const invoked = mapping.function_name ?? mapping.function_arn;
  // A function's ARN, or that of its alias, which ends in the alias's name.
  const consumer = functions.find(
    ({ function_name, arn }) =>
      [function_name, arn].includes(invoked) || String(invoked).startsWith(`${arn}:`),
  );
  if (!queue || !consumer) return [];
  const needed = 6 * Number(consumer.timeout) + Number(mapping.maximum_batching_window_in_seconds ?? 0);
  const has = Number(queue.visibility_timeout_seconds);
  if (has >= needed) return [];
  const what = `its visibility timeout ${has} s must be at least ${needed} s: 6 time-outs of ${inCode(consumer.function_name)} and the batching window`;
  return [{ address: String(queue.name), what }];
}

function losesDeadLetters(queue: Attributes, queues: Attributes[]): Finding[] {
  if (typeof queue.redrive_policy !== "string") return [];
  const target = toDeadLetterArn(queue.redrive_policy);
  const deadLetters = queues.find(({ arn }) => arn !== undefined && arn === target);
  if (!deadLetters) return [];
  const [own, kept] = [
    Number(queue.message_retention_seconds),
    Number(deadLetters.message_retention_seconds),
  ];
  if (kept > own) return [];
  const what = `its DLQ keeps messages ${kept / DAY_SECONDS} days, which must be longer than its own ${own / DAY_SECONDS}`;
  return [{ address: String(queue.name), what }];
}

function notifiedTwice(notifications: Attributes[]): Finding[] {
  const buckets = notifications.map(({ bucket }) => String(bucket));
  const twice = new Set(buckets.filter((bucket, index) => buckets.indexOf(bucket) !== index));
  return [...twice].map((address) => ({
    address,
    what: "two notification resources configure this bucket, and each removes the other's settings",
  }));
}
