import { at, broken, brokenStatements, isAnyone, type Resource } from "../controls/control.ts";
import { statementsOf } from "../policies.ts";
import type { Rule, Rules } from "./rule.ts";

const QUEUE_POLICY = "aws_sqs_queue_policy";
const TOPIC_POLICY = "aws_sns_topic_policy";
const queues =
  (holds: (attributes: Resource["attributes"]) => boolean): Rule =>
  (stacks) =>
    broken(stacks, "aws_sqs_queue", ({ attributes }) => holds(attributes));
const topics =
  (holds: (attributes: Resource["attributes"]) => boolean): Rule =>
  (stacks) =>
    broken(stacks, "aws_sns_topic", ({ attributes }) => holds(attributes));
const keys =
  (holds: (attributes: Resource["attributes"]) => boolean): Rule =>
  (stacks) =>
    broken(stacks, "aws_kms_key", ({ attributes }) => holds(attributes));

const openTo =
  (type: string): Rule =>
  (stacks) =>
    brokenStatements(stacks, [type], ({ Effect, Principal }) => Effect === "Deny" || !isAnyone(Principal));
const wildcardActions: Rule = (stacks) =>
  brokenStatements(
    stacks,
    [QUEUE_POLICY],
    ({ Effect, Action }) => Effect === "Deny" || !Action.some((action) => /^(\*|sqs:\*)$/i.test(action)),
  );
const isEncrypted = queues(
  ({ kms_master_key_id, sqs_managed_sse_enabled }) =>
    kms_master_key_id !== undefined || sqs_managed_sse_enabled === true,
);
const rotated = keys(({ enable_key_rotation }) => enable_key_rotation === true);
const closedKeys = keys(
  ({ policy }) =>
    policy === undefined ||
    statementsOf(policy).every(
      ({ Effect, Principal, Condition }) =>
        Effect === "Deny" || Condition !== undefined || !isAnyone(Principal),
    ),
);

export const MESSAGING_RULES: Rules = {
  CKV_AWS_26: topics(({ kms_master_key_id }) => kms_master_key_id !== undefined),
  "AWS-0095": topics(({ kms_master_key_id }) => kms_master_key_id !== undefined),
  "AWS-0136": topics(({ kms_master_key_id }) => kms_master_key_id !== "alias/aws/sns"),
  CKV_AWS_169: openTo(TOPIC_POLICY),
  "SNS.4": openTo(TOPIC_POLICY),
  CKV_AWS_385: (stacks) =>
    brokenStatements(
      stacks,
      [TOPIC_POLICY],
      ({ Effect, Principal, Condition }) =>
        Effect === "Deny" ||
        Condition !== undefined ||
        ![at(Principal, "AWS")].flat().some((principal) => /^arn:aws:iam::/.test(String(principal))),
    ),
  CKV_AWS_27: isEncrypted,
  "AWS-0096": isEncrypted,
  "SQS.1": isEncrypted,
  CKV2_AWS_73: queues(({ kms_master_key_id }) => kms_master_key_id !== "alias/aws/sqs"),
  "AWS-0135": queues(({ kms_master_key_id }) => kms_master_key_id !== "alias/aws/sqs"),
  CKV_AWS_72: wildcardActions,
  "AWS-0097": wildcardActions,
  CKV_AWS_168: openTo(QUEUE_POLICY),
  CKV_AWS_387: openTo(QUEUE_POLICY),
  "SQS.3": openTo(QUEUE_POLICY),
  CKV_AWS_7: rotated,
  "AWS-0065": rotated,
  CKV_AWS_33: closedKeys,
  "KMS.5": closedKeys,
  CKV_AWS_227: keys(({ is_enabled }) => is_enabled !== false),
  CKV2_AWS_64: keys(({ policy }) => policy !== undefined),
  // Security Hub reports a key that is scheduled for deletion, which Terraform refuses here.
  "KMS.3": keys(({ lifecycle }) => at(lifecycle, "prevent_destroy") === true),
};
