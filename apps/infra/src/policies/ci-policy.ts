import { GIVE_PERMISSIONS, READ, READ_ANYWHERE, ROLE_USERS, WRITE, WRITE_ANYWHERE } from "./ci-actions.ts";
import { arnsOf, type Scope } from "./ci-scope.ts";
import { readTagged, writeTagged } from "./ci-tagged.ts";
import type { Statement } from "./policy-document.ts";

/** Allows reading the settings of deployed resources, never their data: no object, message or secret. */
export function readStatements(scope: Scope): Statement[] {
  return [
    ...byService("Read", READ, scope),
    { Sid: "ReadWithoutResource", Effect: "Allow", Action: READ_ANYWHERE, Resource: "*" },
    ...readTagged(scope),
    ...ofExistingBuckets("Read", ["s3:GetBucketNotification"], scope),
  ];
}

function ofExistingBuckets(verb: string, actions: string[], { names, notifiedBuckets }: Scope): Statement[] {
  if (notifiedBuckets.length === 0) return [];
  return [
    {
      Sid: `${verb}NotificationOfExistingBuckets`,
      Effect: "Allow",
      Action: actions,
      Resource: notifiedBuckets.map(names.bucketArn),
    },
  ];
}

/**
 * Allows reading and changing the settings of deployed resources.
 *
 * @param boundaryArn the permissions boundary without which no role can get permissions
 */
export function writeStatements(scope: Scope, boundaryArn: string): Statement[] {
  const services = [...new Set([...Object.keys(READ), ...Object.keys(WRITE)])];
  const all = services.map((service) => [service, [...(READ[service] ?? []), ...(WRITE[service] ?? [])]]);
  return [
    ...byService("Use", Object.fromEntries(all), scope),
    {
      Sid: "UseWithoutResource",
      Effect: "Allow",
      Action: [...READ_ANYWHERE, ...WRITE_ANYWHERE],
      Resource: "*",
    },
    ...readTagged(scope),
    ...writeTagged(scope),
    {
      Sid: "GivePermissions",
      Effect: "Allow",
      Action: GIVE_PERMISSIONS,
      Resource: scope.environments.flatMap((environment) => arnsOf("iam", environment, scope)),
      Condition: { StringEquals: { "iam:PermissionsBoundary": boundaryArn } },
    },
    passRoles(scope),
    ...ofExistingBuckets("Use", ["s3:GetBucketNotification", "s3:PutBucketNotification"], scope),
  ];
}

function passRoles(scope: Scope): Statement {
  return {
    Sid: "PassRoles",
    Effect: "Allow",
    Action: "iam:PassRole",
    Resource: scope.environments.flatMap((environment) => arnsOf("iam", environment, scope)),
    Condition: { StringEquals: { "iam:PassedToService": ROLE_USERS } },
  };
}

/** Reviewed plans in the state bucket. No environment can have this name, so no state is below it. */
export const PLANS_PREFIX = "plan/";

/** Allows access to the environments' states, locks and reviewed plans; a role that only plans writes locks and plans. */
export function stateStatements(scope: Scope, mayWrite: boolean): Statement[] {
  const { names, accountId, environments } = scope;
  const bucket = names.bucketArn(names.stateBucket(accountId));
  const under = (pattern: string) => environments.map((environment) => `${bucket}/${environment}/${pattern}`);
  const read = mayWrite ? ["s3:GetObject", "s3:PutObject"] : ["s3:GetObject"];
  return [
    { Sid: "FindState", Effect: "Allow", Action: "s3:ListBucket", Resource: bucket },
    { Sid: "UseState", Effect: "Allow", Action: read, Resource: under("*.tfstate") },
    {
      Sid: "LockState",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
      Resource: under("*.tfstate.tflock"),
    },
    {
      Sid: mayWrite ? "ReadPlans" : "KeepPlans",
      Effect: "Allow",
      Action: mayWrite ? "s3:GetObject" : "s3:PutObject",
      Resource: environments.map((environment) => `${bucket}/${PLANS_PREFIX}${environment}/*`),
    },
    {
      Sid: "UseStateKey",
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: `arn:${names.partition}:kms:${names.stateRegion}:${accountId}:key/*`,
      Condition: {
        StringEquals: { "kms:ViaService": `s3.${names.stateRegion}.amazonaws.com` },
        "ForAnyValue:StringEquals": { "kms:ResourceAliases": names.stateKeyAlias },
      },
    },
  ];
}

function byService(
  verb: string,
  actions: Readonly<Record<string, readonly string[]>>,
  scope: Scope,
): Statement[] {
  return Object.entries(actions).map(([service, list]) => ({
    Sid: `${verb}${service.charAt(0).toUpperCase()}${service.slice(1)}`,
    Effect: "Allow",
    Action: list,
    Resource: scope.environments.flatMap((environment) => arnsOf(service, environment, scope)),
  }));
}
