import { at, broken, brokenStatements, resourcesOf } from "../controls/control.ts";
import { type Statement, statementsOf } from "../policies.ts";
import { actionsLike, REFERENCE } from "../reference/service-authorization.ts";
import type { Rule, Rules } from "./rule.ts";

const INLINE = "aws_iam_role_policy";
const MANAGED = "aws_iam_policy";
const ROLE = "aws_iam_role";

const statements =
  (types: readonly string[], isRefused: (statement: Statement) => boolean): Rule =>
  (stacks) =>
    brokenStatements(stacks, types, (statement) => statement.Effect === "Deny" || !isRefused(statement));
const identity = (isRefused: (statement: Statement) => boolean) => statements([INLINE, MANAGED], isRefused);

/**
 * Returns the actions that a statement allows on everything although AWS could restrict them. Checkov's checks of permissions
 * start from these (cloudsplaining's `all_allowed_unrestricted_actions`): a statement with a condition is not one of them.
 */
function unrestricted({ Action, Resource, Condition }: Statement): string[] {
  if (!Resource.includes("*") || Condition !== undefined) return [];
  return Action.flatMap((pattern) => {
    const [prefix = "", name = ""] = pattern.split(":");
    const service = REFERENCE.services[prefix];
    if (service === undefined) return [pattern];
    return actionsLike(service, name)
      .filter((action) => (service.actions[action]?.resources.length ?? 0) > 0)
      .map((action) => `${prefix}:${action}`);
  });
}

const PERMISSIONS =
  /:((Put|Delete)\w*Policy|(Add|Remove)Permission|(Create|Retire|Revoke)Grant|Attach\w+|PassRole)$/;
const READS = /:(Get|List|Describe|Detect)/;
const DATA_READS = /^(s3:GetObject|ssm:GetParameters?(ByPath)?|secretsmanager:GetSecretValue)$/;
const CREDENTIALS = /^(sts:(AssumeRole|Get)\w*|iam:(Create|Update)\w*(Key|Credential|Profile))$/;
/** The actions of which one alone, on everything, lets a role extend its own permissions. */
const ESCALATIONS =
  /^(iam:(Create|Update)(AccessKey|LoginProfile|PolicyVersion|AssumeRolePolicy)|iam:(Attach|Put)\w+Policy|iam:(PassRole|AddUserToGroup|SetDefaultPolicyVersion)|lambda:UpdateFunctionCode)$/;
const anyOf = (pattern: RegExp) => (statement: Statement) =>
  unrestricted(statement).some((action) => pattern.test(action));

const isFull = ({ Action }: Statement) => Action.includes("*");
const isServiceWide = ({ Action }: Statement) => Action.some((action) => /^([\w-]+:)?\*$/.test(action));
/** AWS does not look at conditions here. A resource of the form `key/*` is counted as every key. */
const decryptsWithAnyKey = ({ Action, Resource }: Statement) =>
  Action.some((action) => /^(\*|kms:(\*|Decrypt|ReEncrypt(From|\*)))$/.test(action)) &&
  Resource.some((resource) => /^\*$|:key\/\*$/.test(resource));

const passesRoles: Rule = (stacks) =>
  [INLINE, MANAGED].flatMap((type) =>
    broken(stacks, type, ({ attributes }) =>
      statementsOf(attributes.policy).every(
        ({ Effect, Action }) => Effect === "Deny" || !Action.includes("iam:PassRole"),
      ),
    ),
  );

const trusts =
  (holds: (statement: unknown) => boolean): Rule =>
  (stacks) =>
    broken(stacks, ROLE, ({ attributes }) => {
      const trust: unknown = JSON.parse(String(attributes.assume_role_policy));
      return [at(trust, "Statement")].flat().every(holds);
    });
const principalsOf = (statement: unknown) => [at(statement, "Principal", "AWS")].flat().map(String);

/** Checkov's rule CKV_AWS_393: tokens of GitHub are restricted to one repository at least. */
const isRestrictedToken = (statement: unknown): boolean => {
  const federated = String(at(statement, "Principal", "Federated") ?? "");
  if (!/oidc-provider|openid_connect_provider/.test(federated)) return true;
  const subjects = [
    at(statement, "Condition", "StringEquals", "token.actions.githubusercontent.com:sub"),
  ].flat();
  return (
    subjects.length > 0 && subjects.every((subject) => /^repo:[\w.@-]+\/[\w.@-]+:/.test(String(subject)))
  );
};

const attachesManaged =
  (policy: RegExp): Rule =>
  (stacks) =>
    broken(
      stacks,
      "aws_iam_role_policy_attachment",
      ({ attributes }) => !policy.test(String(attributes.policy_arn)),
    );

export const IDENTITY_RULES: Rules = {
  CKV_AWS_41: (stacks) =>
    stacks.flatMap(({ file }) =>
      file.provider.aws.flatMap((provider) =>
        ["access_key", "secret_key", "token"].filter((name) => provider[name] !== undefined),
      ),
    ),
  CKV_AWS_60: trusts((statement) => !principalsOf(statement).includes("*")),
  CKV_AWS_61: trusts(
    (statement) => !principalsOf(statement).some((principal) => /^\d{12}|:root$/.test(principal)),
  ),
  CKV_AWS_393: trusts(isRestrictedToken),
  CKV_AWS_62: identity(isFull),
  CKV_AWS_63: identity(isFull),
  CKV2_AWS_40: identity(({ Action }) => Action.some((action) => action === "*" || action === "iam:*")),
  CKV_AWS_274: attachesManaged(/policy\/AdministratorAccess$/),
  CKV2_AWS_56: attachesManaged(/policy\/IAMFullAccess$/),
  CKV2_AWS_68: (stacks) =>
    resourcesOf(stacks, "aws_sagemaker_notebook_instance").map(({ address }) => address),
  CKV_AWS_286: identity(anyOf(ESCALATIONS)),
  CKV_AWS_287: identity(anyOf(CREDENTIALS)),
  CKV_AWS_288: identity(anyOf(DATA_READS)),
  CKV_AWS_289: identity(anyOf(PERMISSIONS)),
  CKV_AWS_290: identity((statement) =>
    unrestricted(statement).some((action) => !READS.test(action) && !PERMISSIONS.test(action)),
  ),
  CKV_AWS_355: identity((statement) => unrestricted(statement).length > 0),
  "IAM.1": statements([MANAGED], isFull),
  "IAM.21": statements([MANAGED], isServiceWide),
  "KMS.1": statements([MANAGED], decryptsWithAnyKey),
  "KMS.2": statements([INLINE], decryptsWithAnyKey),
  "AWS-0342": passesRoles,
  "AWS-0345": identity(({ Action }) => Action.includes("s3:*")),
  "AWS-0346": identity(
    ({ Action, Resource }) =>
      Resource.includes("*") && Action.includes("s3:Get*") && Action.includes("s3:Put*"),
  ),
};
