import { READ, READ_ANYWHERE, WRITE, WRITE_ANYWHERE } from "../../src/policies/ci-actions.ts";
import type { Statement } from "../policies.ts";
import type { RecordedCall } from "./call-recorder.ts";
import { evaluate, isLike } from "./evaluate.ts";

/** Returns the actions of a role's statements that no call of a run needed, as `Sid action`. */
export function unusedActions(statements: readonly Statement[], calls: readonly RecordedCall[]): string[] {
  const used = new Set(calls.map((call) => `${evaluate(statements, call).by} ${call.action}`));
  return statements
    .flatMap(({ Sid, Action }) => Action.map((action) => `${Sid} ${action}`))
    .filter((granted) => ![...used].some((one) => isLike(one, granted)));
}

export interface RoleUse {
  statements: readonly Statement[];
  calls: readonly RecordedCall[];
}

/** Returns the actions that roles have, as `Sid action`, and that none of those who have them used. */
export function unusedByAll(roles: readonly RoleUse[]): string[] {
  const all = new Set<string>();
  const used = new Set<string>();
  for (const { statements, calls } of roles) {
    const unused = new Set(unusedActions(statements, calls));
    for (const { Sid, Action } of statements)
      for (const one of Action.map((action) => `${Sid} ${action}`)) (unused.has(one) ? all : used).add(one);
  }
  return [...all].filter((one) => !used.has(one));
}

/** Permissions that the run of tier 4 does not use, with the reason for each. */
export const NOT_USED_IN_TIER_4: Readonly<Record<string, string>> = {
  "WriteOwnLog logs:CreateLogStream":
    "Lambda itself writes the log with the role's permissions; the local host prints it",
  "WriteOwnLog logs:PutLogEvents":
    "Lambda itself writes the log with the role's permissions; the local host prints it",
  "UseKeyThroughServices kms:Decrypt": "S3, SQS and SNS ask KMS on the role's behalf; moto's do not encrypt",
  "UseKeyThroughServices kms:GenerateDataKey":
    "S3, SQS and SNS ask KMS on the role's behalf; moto's do not encrypt",
  "ReadSecret s3:GetObject": "only a source that says that the pipeline wrote it is compared with the secret",
  "KeepSecret s3:PutObject": "the first function that renders makes the secret, which the others find",
  "KeepFailedInvocations sqs:SendMessage":
    "Lambda sends with the role's permissions, and only if every attempt failed",
  "KeepFailedRuns sqs:SendMessage":
    "Lambda sends with the role's permissions, and only if every attempt of the audit failed",
  "LookAtUploads s3:GetObject":
    "only for an upload whose manifest seems to be missing (packages/audit's own tests)",
  "ReadUploads s3:GetObjectVersion":
    "the events here carry no versionId; those of a versioned bucket on AWS do",
  "TellMissingUploads s3:ListBucket":
    "S3 asks for it when a key is missing, the worker when an upload is gone (its own tests)",
  "ConsumeQueue sqs:GetQueueAttributes": "Lambda's poller asks for it when the mapping is made",
  "DeferMessages sqs:ChangeMessageVisibility": "only when a message has failed (apps/worker's own tests)",
  "TellMissingDocuments s3:ListBucket":
    "S3 asks for it when a key is missing, as for uploads; moto answers 404 without it",
  "RecogniseContent rekognition:DetectLabels":
    "the local runtime simulates Rekognition: moto returns nothing",
  "RecogniseContent rekognition:DetectModerationLabels":
    "the local runtime simulates Rekognition: moto answers 500",
  "KeepFailures s3:PutObject": "only when a message has failed (apps/worker's own tests)",
  "KeepFailures s3:DeleteObject": "only when a message succeeds after it failed",
  // Permissions of the workflow: the local host invokes functions, starts executions and keeps failed events itself.
  "RunSteps lambda:InvokeFunction": "Step Functions asks for it; the local host invokes functions itself",
  "StartExecutions states:StartExecution": "the pipe asks for it; the local host starts executions itself",
  "KeepFailed sqs:SendMessage": "only when an image has failed (apps/local's end to end tests)",
  "EmptyQueue sqs:GetQueueAttributes": "EventBridge asks for it when the pipe is made",
  "DeliverLog logs:CreateLogDelivery": "Step Functions itself delivers the log, with the role's permissions",
  "DeliverLog logs:DeleteLogDelivery": "as logs:CreateLogDelivery",
  "DeliverLog logs:DescribeLogGroups": "as logs:CreateLogDelivery",
  "DeliverLog logs:DescribeResourcePolicies": "as logs:CreateLogDelivery",
  "DeliverLog logs:GetLogDelivery": "as logs:CreateLogDelivery",
  "DeliverLog logs:ListLogDeliveries": "as logs:CreateLogDelivery",
  "DeliverLog logs:PutResourcePolicy": "as logs:CreateLogDelivery",
  "DeliverLog logs:UpdateLogDelivery": "as logs:CreateLogDelivery",
  "UseCoreKeyThroughServices kms:Decrypt": "as UseKeyThroughServices",
  "UseCoreKeyThroughServices kms:GenerateDataKey": "as UseKeyThroughServices",
  "UseKeyForExecutions kms:Decrypt": "Step Functions asks KMS on the role's behalf; moto's does not encrypt",
  "UseKeyForExecutions kms:GenerateDataKey": "as UseKeyForExecutions kms:Decrypt",
  "UseKeyForLog kms:GenerateDataKey": "as UseKeyForExecutions kms:Decrypt",
  "ListOwnPrefixes s3:ListBucket": "S3 asks for it when a key is missing; moto answers 404 without it",
  "ClearRenditionsAway s3:DeleteObject":
    "in the publish step: only for an image that was deleted while it was rendered (apps/worker's own tests)",
  "KeepAnalyses s3:PutObjectTagging":
    "in the analyse step: only deletes are tagged, and the workflow gets none",
  "TagRenditions s3:GetObjectTagging": "in the analyse step: only if the image has been published before",
  "TagRenditions s3:PutObjectVersionTagging": "as TagRenditions s3:GetObjectTagging",
};

/** Services that only other settings use, which the deployments of ci-roles.e2e.test.ts do not have. */
const OTHER_SETTINGS: Readonly<Record<string, string>> = {
  chatbot: "only with alarms.slack or alarms.teams: moto does not support AWS Chatbot",
  codedeploy: "only with deployments.canaryMinutes",
  ec2: "only with vpc",
};

/** Permissions of the CI roles that no deployment of ci-roles.e2e.test.ts uses, as `role Sid action`, with the reason for each. */
export const NOT_USED_BY_DEPLOYMENTS: Readonly<Record<string, string>> = {
  "image-pipeline-plan ReadSqs sqs:GetQueueUrl": "the provider knows a queue by its URL",
  "image-pipeline-plan ReadLambda lambda:GetFunctionConcurrency": "GetFunction returns it too",
  "image-pipeline-plan ReadLambda lambda:GetFunctionConfiguration": "GetFunction returns it too",
  "image-pipeline-plan ReadLambda lambda:ListTags": "GetFunction returns the tags too",
  "image-pipeline-plan ReadIam iam:ListInstanceProfilesForRole": "only before a role is deleted",
  "image-pipeline-plan ReadWithoutResource states:ValidateStateMachineDefinition":
    "only if a plan changes a definition, which the apply role plans here",
  ...otherSettings("image-pipeline-plan ReadWithoutResource", READ_ANYWHERE),
  ...otherSettings("image-pipeline-plan ReadCodedeploy", READ.codedeploy),
  ...otherSettings("image-pipeline-apply-dev UseWithoutResource", [...READ_ANYWHERE, ...WRITE_ANYWHERE]),
  ...otherSettings("image-pipeline-apply-dev UseChatbot", WRITE.chatbot),
  ...otherSettings("image-pipeline-apply-dev UseCodedeploy", [
    ...(READ.codedeploy ?? []),
    ...(WRITE.codedeploy ?? []),
  ]),
  "image-pipeline-apply-dev UseSqs sqs:GetQueueUrl": "the provider knows a queue by its URL",
  "image-pipeline-apply-dev UseLambda lambda:GetFunctionConcurrency": "GetFunction returns it too",
  "image-pipeline-apply-dev UseLambda lambda:ListTags": "GetFunction returns the tags too",
  "image-pipeline-apply-dev UseS3 s3:DeleteObject": "a versioned bucket is emptied version by version",
  "image-pipeline-apply-dev UseLambda lambda:DeleteFunctionConcurrency":
    "only when a function's reserved concurrency is removed",
  "image-pipeline-apply-dev UseLambda lambda:UpdateFunctionEventInvokeConfig":
    "the provider replaces the configuration by PutFunctionEventInvokeConfig",
  "image-pipeline-apply-dev UseIam iam:UpdateAssumeRolePolicy": "only when a trust policy changes",
  "image-pipeline-apply-dev UseLogs logs:AssociateKmsKey": "only when the encryption setting changes",
  "image-pipeline-apply-dev UseLogs logs:DisassociateKmsKey": "only when the encryption setting changes",
  "image-pipeline-apply-dev WriteKeys kms:PutKeyPolicy": "only when a key's policy changes",
  "image-pipeline-apply-dev WriteKeys kms:UpdateKeyDescription": "only when a key's description changes",
  "image-pipeline-apply-dev NameKeys kms:UpdateAlias": "only when an alias gets another key",
  "image-pipeline-apply-dev NameAliases kms:UpdateAlias": "as NameKeys kms:UpdateAlias",
  "image-pipeline-apply-dev GivePermissions iam:PutRolePermissionsBoundary":
    "only for roles that were created before there was a boundary",
};

function otherSettings(statement: string, actions: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(
    actions.flatMap((action) => {
      const reason = OTHER_SETTINGS[action.split(":")[0] ?? ""];
      return reason === undefined ? [] : [[`${statement} ${action}`, reason]];
    }),
  );
}
