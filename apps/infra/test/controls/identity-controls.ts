import { statementsOf } from "../policies.ts";
import { at, broken, brokenStatements, type Control, resourcesOf } from "./control.ts";

const ROLE_POLICIES = ["aws_iam_role_policy"];
/** Actions that support no resources (AWS's service authorization reference). */
const WITHOUT_RESOURCES = new Set([
  "logs:CreateLogDelivery",
  "logs:DeleteLogDelivery",
  "logs:DescribeLogGroups",
  "logs:DescribeResourcePolicies",
  "logs:GetLogDelivery",
  "logs:ListLogDeliveries",
  "logs:PutResourcePolicy",
  "logs:UpdateLogDelivery",
  "rekognition:DetectLabels",
  "rekognition:DetectModerationLabels",
  "xray:GetSamplingRules",
  "xray:GetSamplingTargets",
  "xray:PutTelemetryRecords",
  "xray:PutTraceSegments",
]);
const SOURCE_KEYS = [
  "aws:SourceAccount",
  "aws:SourceArn",
  "kms:EncryptionContext:SourceArn",
  "kms:EncryptionContext:aws:logs:arn",
];
/** A reference to a policy of the same stack, which the other controls check; a policy of AWS has an ARN. */
const OWN_POLICY = /^\$\{aws_iam_policy\./;
/** Condition keys that restrict the use of a key to a service, or to the resource that it encrypts. */
const KEY_USES = [
  "kms:ViaService",
  "kms:EncryptionContext:aws:states:stateMachineArn",
  "kms:EncryptionContext:SourceArn",
];

export const IDENTITY_CONTROLS: readonly Control[] = [
  {
    ids: ["CKV_AWS_7", "CKV_AWS_227", "AWS-0065", "KMS.4"],
    what: "every key is rotated by AWS and not disabled",
    where: "`constructs/encryption-key.ts`",
    faults: (stacks) =>
      broken(
        stacks,
        "aws_kms_key",
        ({ attributes }) => attributes.enable_key_rotation === true && attributes.is_enabled !== false,
      ),
  },
  {
    ids: ["KMS.3"],
    what: "Terraform refuses to destroy or replace a key, a bucket or a queue that the config has",
    where: "`stacks/protect-data.ts`, unless `destroyBucketsWithObjects` is set in the config",
    faults: (stacks) =>
      ["aws_kms_key", "aws_s3_bucket", "aws_sqs_queue"].flatMap((type) =>
        broken(stacks, type, ({ attributes }) => at(attributes.lifecycle, "prevent_destroy") === true),
      ),
  },
  {
    ids: ["CKV_AWS_33", "CKV2_AWS_64", "KMS.5"],
    what: "every key has a policy that allows only the account, and services under source conditions",
    where: "`policies/key-policy.ts`",
    faults: (stacks) => [
      ...broken(stacks, "aws_kms_key", ({ attributes }) => attributes.policy !== undefined),
      ...resourcesOf(stacks, "aws_kms_key").flatMap(({ address, attributes }) =>
        statementsOf(attributes.policy ?? '{"Version":"2012-10-17","Statement":[]}')
          .filter(({ Principal, Condition = {} }) => {
            if (/^arn:aws[\w-]*:iam::\S+:root$/.test(String(at(Principal, "AWS")))) return false;
            const keys = Object.values(Condition).flatMap(Object.keys);
            return at(Principal, "Service") === undefined || !keys.some((key) => SOURCE_KEYS.includes(key));
          })
          .map(({ Sid }) => `${address} ${Sid}`),
      ),
    ],
  },
  {
    ids: ["CKV_AWS_60", "CKV_AWS_61"],
    what: "every role of the pipeline can be assumed only by Lambda, or by Step Functions or a pipe for one resource of this account",
    where: "`constructs/node-function.ts`, `policies/workflow-policy.ts`",
    faults: (stacks) =>
      broken(stacks, "aws_iam_role", ({ attributes }) => {
        const trust: unknown = JSON.parse(String(attributes.assume_role_policy ?? "{}"));
        const [service, condition] = [["Principal", "Service"], ["Condition"]].map((path) =>
          at(trust, "Statement", 0, ...path),
        );
        if (service === "lambda.amazonaws.com") return true;
        return (
          (service === "states.amazonaws.com" || service === "pipes.amazonaws.com") &&
          at(condition, "StringEquals", "aws:SourceAccount") !== undefined &&
          /:(stateMachine:|pipe\/)[\w-]+$/.test(String(at(condition, "ArnEquals", "aws:SourceArn")))
        );
      }),
  },
  {
    ids: [
      ...["CKV_AWS_62", "CKV_AWS_63", "CKV_AWS_286", "CKV_AWS_287", "CKV_AWS_289", "CKV2_AWS_40"],
      ...["AWS-0345", "AWS-0346", "IAM.1", "IAM.21"],
    ],
    what: "no role has an action with a wildcard, or one on permissions or credentials",
    where: "`policies/`",
    faults: (stacks) =>
      brokenStatements(stacks, ROLE_POLICIES, ({ Action }) =>
        Action.every((action) => !action.includes("*") && !/^(iam|sts|organizations):/.test(action)),
      ),
  },
  {
    ids: ["CKV_AWS_288", "CKV_AWS_290", "CKV_AWS_355", "KMS.2"],
    what: "no role has the resource `*`, except for actions that support no resources",
    where: "`policies/`",
    faults: (stacks) =>
      brokenStatements(
        stacks,
        ROLE_POLICIES,
        ({ Action, Resource }) =>
          !Resource.includes("*") || Action.every((action) => WITHOUT_RESOURCES.has(action)),
      ),
  },
  {
    ids: ["Well-Architected"],
    what: "roles use a key only through the services that store their data, or for one state machine",
    where: "`policies/key-policy.ts`, `policies/workflow-policy.ts`",
    faults: (stacks) =>
      brokenStatements(
        stacks,
        ROLE_POLICIES,
        ({ Action, Condition }) =>
          !Action.some((action) => action.startsWith("kms:")) ||
          KEY_USES.some((key) => Condition?.StringEquals?.[key] !== undefined),
      ),
  },
  {
    ids: ["CKV_AWS_40", "CKV_AWS_273", "CKV_AWS_274", "CKV2_AWS_56", "IAM.2"],
    what: "there are no users and no managed policies of AWS; roles of GitHub Actions have managed policies for what exceeds IAM's limit of inline policies",
    where: "`policies/policy-size.ts`",
    faults: (stacks) => [
      ...["aws_iam_user", "aws_iam_user_policy", "aws_iam_policy_attachment"]
        .flatMap((type) => resourcesOf(stacks, type))
        .map(({ address }) => address),
      ...broken(stacks, "aws_iam_role_policy_attachment", (attachment) =>
        OWN_POLICY.test(String(at(attachment.attributes, "policy_arn"))),
      ),
    ],
  },
];
