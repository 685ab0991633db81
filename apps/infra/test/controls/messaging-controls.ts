import {
  at,
  broken,
  brokenStatements,
  type Control,
  deniesInsecureTransport,
  isCustomerKey,
  without,
} from "./control.ts";

const QUEUE = "aws_sqs_queue";
const TOPIC = "aws_sns_topic";

/** Returns true for a topic of the stack, or of another stack of the environment by its name. */
function isTopic(arn: string): boolean {
  return /^(\$\{aws_sns_topic\.\w+\.arn\}|arn:aws:sns:[\w-]+:[^*:]+:[\w-]+)$/.test(arn);
}

export const MESSAGING_CONTROLS: readonly Control[] = [
  {
    ids: ["CKV_AWS_26", "AWS-0095", "AWS-0136", "SNS.1"],
    what: "every topic is encrypted with the customer key",
    where: "`constructs/event-topic.ts`",
    faults: (stacks) =>
      broken(stacks, TOPIC, ({ attributes }) => isCustomerKey(attributes.kms_master_key_id)),
  },
  {
    ids: ["CKV_AWS_27", "CKV2_AWS_73", "AWS-0096", "AWS-0135", "SQS.1"],
    what: "every queue and DLQ is encrypted with the customer key",
    where: "`constructs/failure-queue.ts`",
    faults: (stacks) =>
      broken(stacks, QUEUE, ({ attributes }) => isCustomerKey(attributes.kms_master_key_id)),
  },
  {
    ids: ["CKV_AWS_72", "CKV_AWS_168", "CKV_AWS_387", "AWS-0097", "SQS.3"],
    what: "queue policies allow only sns.amazonaws.com to send, from named topics, for this account",
    where: "`constructs/topic-subscription.ts`",
    faults: (stacks) =>
      brokenStatements(
        stacks,
        ["aws_sqs_queue_policy"],
        ({ Effect, Principal, Action, Condition }) =>
          Effect === "Deny" ||
          (at(Principal, "Service") === "sns.amazonaws.com" &&
            Action.join() === "sqs:SendMessage" &&
            Condition?.ArnEquals?.["aws:SourceArn"]?.every((arn) => isTopic(arn)) === true &&
            Condition?.StringEqualsIfExists?.["aws:SourceAccount"] !== undefined),
      ),
  },
  {
    ids: ["Well-Architected"],
    what: "every queue denies calls without TLS",
    where: "`constructs/failure-queue.ts`, `constructs/subscriber-queue.ts`",
    faults: (stacks) =>
      without(stacks, QUEUE, {
        type: "aws_sqs_queue_policy",
        holds: ({ policy }) => deniesInsecureTransport(policy),
      }),
  },
  {
    ids: ["CKV_AWS_169", "CKV_AWS_385", "SNS.4"],
    what: "topic policies deny calls without TLS, and allow no principal except a service for this account",
    where: "`constructs/event-topic.ts`",
    faults: (stacks) => [
      ...without(stacks, TOPIC, {
        type: "aws_sns_topic_policy",
        holds: ({ policy }) => deniesInsecureTransport(policy),
      }),
      ...brokenStatements(
        stacks,
        ["aws_sns_topic_policy"],
        ({ Effect, Principal, Condition }) =>
          Effect === "Deny" ||
          (at(Principal, "Service") !== undefined &&
            Condition?.StringEquals?.["aws:SourceAccount"] !== undefined),
      ),
    ],
  },
  {
    ids: ["Well-Architected"],
    what: "every subscription of a queue has a DLQ for undeliverable messages",
    where: "`constructs/topic-subscription.ts`",
    faults: (stacks) =>
      broken(
        stacks,
        "aws_sns_topic_subscription",
        ({ attributes }) =>
          attributes.protocol !== "sqs" || String(attributes.redrive_policy).includes("deadLetterTargetArn"),
      ),
  },
  {
    ids: ["Well-Architected"],
    what: "every DLQ accepts messages only from its own queue",
    where: "`constructs/subscriber-queue.ts`",
    faults: (stacks) =>
      broken(stacks, QUEUE, ({ address, attributes }) => {
        if (attributes.redrive_policy === undefined) return true;
        return stacks.some(({ file }) =>
          Object.values(file.resource.aws_sqs_queue_redrive_allow_policy ?? {}).some(
            ({ redrive_allow_policy }) =>
              redrive_allow_policy ===
              JSON.stringify({ redrivePermission: "byQueue", sourceQueueArns: [`\${${address}.arn}`] }),
          ),
        );
      }),
  },
];
