import type { AccountNames } from "../account-deployment.ts";
import {
  CHANGE_KEYS,
  READ,
  READ_ANYWHERE,
  READ_KEYS,
  ROLE_USERS,
  WRITE,
  WRITE_ANYWHERE,
} from "./ci-actions.ts";
import type { Statement } from "./policy-document.ts";

export interface Scope {
  names: AccountNames;
  accountId: string;
  /** The environments whose resources the statements cover. */
  environments: readonly string[];
  /** The existing upload buckets of these environments: only their notification is the pipeline's. */
  existingBuckets: readonly string[];
}

/** Allows reading the settings of deployed resources, never their data: no object, message or secret. */
export function readStatements(scope: Scope): Statement[] {
  return [
    ...byService("Read", READ, scope),
    { Sid: "ReadWithoutResource", Effect: "Allow", Action: READ_ANYWHERE, Resource: "*" },
    {
      Sid: "ReadKeys",
      Effect: "Allow",
      Action: READ_KEYS,
      Resource: keys(scope),
      Condition: ofThePipeline(scope),
    },
    {
      Sid: "ReadMappingTags",
      Effect: "Allow",
      Action: "lambda:ListTags",
      Resource: mappings(scope),
    },
    readSettingsUnderKeys(scope),
    ...ofExistingBuckets("Read", "s3:GetBucketNotification", scope),
  ];
}

/**
 * Allows Lambda to return a function's variables and Step Functions a state machine's definition, which are encrypted: without
 * it, GetFunction has no variables and every plan would change them, and DescribeStateMachine fails
 * (docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html).
 */
function readSettingsUnderKeys(scope: Scope): Statement {
  const { StringEquals } = ofThePipeline(scope);
  const services = ["lambda", "states"].flatMap((service) =>
    regionsOf(scope).map((region) => `${service}.${region}.amazonaws.com`),
  );
  return {
    Sid: "ReadSettingsUnderKeys",
    Effect: "Allow",
    Action: "kms:Decrypt",
    Resource: keys(scope),
    Condition: { StringEquals: { ...StringEquals, "kms:ViaService": services } },
  };
}

function ofExistingBuckets(verb: string, action: string, { names, existingBuckets }: Scope): Statement[] {
  if (existingBuckets.length === 0) return [];
  return [
    {
      Sid: `${verb}NotificationOfExistingBuckets`,
      Effect: "Allow",
      Action: action,
      Resource: existingBuckets.map(names.bucketArn),
    },
  ];
}

export function writeStatements(scope: Scope): Statement[] {
  const { names, accountId, environments } = scope;
  const aliases = environments.flatMap((environment) =>
    ["", "-workflow"].map(
      (part) =>
        `arn:${names.partition}:kms:${names.regionOf(environment)}:${accountId}:alias/${names.name}-${environment}${part}`,
    ),
  );
  const tagged = { StringEquals: { "aws:RequestTag/Project": names.name } };
  return [
    ...byService("Write", WRITE, scope),
    {
      Sid: "WriteKeys",
      Effect: "Allow",
      Action: CHANGE_KEYS,
      Resource: keys(scope),
      Condition: ofThePipeline(scope),
    },
    {
      Sid: "MakeKeys",
      Effect: "Allow",
      Action: ["kms:CreateKey", "kms:TagResource"],
      Resource: "*",
      Condition: tagged,
    },
    {
      Sid: "NameKeys",
      Effect: "Allow",
      Action: ["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"],
      Resource: [...aliases, ...keys(scope)],
    },
    { Sid: "WriteWithoutResource", Effect: "Allow", Action: WRITE_ANYWHERE, Resource: "*" },
    ...tagMappings(scope),
    passRoles(scope),
    ...ofExistingBuckets("Write", "s3:PutBucketNotification", scope),
  ];
}

/** Allows tagging event source mappings, whose ids are not known before: new ones as the pipeline's, and its own. */
function tagMappings(scope: Scope): Statement[] {
  const { StringEquals } = ofThePipeline(scope);
  return [
    {
      Sid: "TagNewMappings",
      Effect: "Allow",
      Action: "lambda:TagResource",
      Resource: mappings(scope),
      Condition: {
        StringEquals: {
          "aws:RequestTag/Project": scope.names.name,
          "aws:RequestTag/Environment": scope.environments,
        },
      },
    },
    {
      Sid: "TagOwnMappings",
      Effect: "Allow",
      Action: ["lambda:TagResource", "lambda:UntagResource"],
      Resource: mappings(scope),
      Condition: { StringEquals },
    },
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

/** Allows access to the environments' states and locks; a role that only plans writes only locks. */
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
      Sid: "UseStateKey",
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"],
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

/** Returns the ARNs of a service's resources whose names start with the environment's prefix. */
function arnsOf(service: string, environment: string, { names, accountId }: Scope): string[] {
  const { name, partition } = names;
  const region = names.regionOf(environment);
  const prefix = `${name}-${environment}`;
  const regional = (type: string) => `arn:${partition}:${service}:${region}:${accountId}:${type}`;
  switch (service) {
    case "s3":
      return [`arn:${partition}:s3:::${prefix}-*`];
    case "iam":
      return [`arn:${partition}:iam::${accountId}:role${names.rolePath}${prefix}-*`];
    case "lambda":
      return [regional(`function:${prefix}-*`)];
    case "codedeploy":
      return [regional(`application:${prefix}-*`), regional(`deploymentgroup:${prefix}-*`)];
    case "logs":
      return [
        regional(`log-group:/aws/lambda/${prefix}-*`),
        regional(`log-group:/aws/vendedlogs/states/${prefix}-*`),
      ];
    case "states":
      return [regional(`stateMachine:${prefix}-*`)];
    case "pipes":
      return [regional(`pipe/${prefix}-*`)];
    case "cloudwatch":
      return [
        regional(`alarm:${prefix}-*`),
        `arn:${partition}:cloudwatch::${accountId}:dashboard/${prefix}`,
        `arn:${partition}:cloudwatch::${accountId}:dashboard/${prefix}-workflow`,
      ];
    case "chatbot":
      // The service has no region, and its ARNs have the kind of the channel before the name.
      return [`arn:${partition}:chatbot::${accountId}:chat-configuration/*/${prefix}-*`];
    case "events":
      return [regional(`rule/${prefix}-*`)];
    default:
      return [regional(`${prefix}-*`)];
  }
}

/** Returns the regions of the environments, each once. */
function regionsOf({ names, environments }: Scope): string[] {
  return [...new Set(environments.map(names.regionOf))];
}

function mappings(scope: Scope): string[] {
  const { names, accountId } = scope;
  return regionsOf(scope).map(
    (region) => `arn:${names.partition}:lambda:${region}:${accountId}:event-source-mapping:*`,
  );
}

function keys(scope: Scope): string[] {
  const { names, accountId } = scope;
  return regionsOf(scope).map((region) => `arn:${names.partition}:kms:${region}:${accountId}:key/*`);
}

/** A key's id is not known before it is created, so its tags identify it. */
function ofThePipeline({ names, environments }: Scope) {
  return {
    StringEquals: { "aws:ResourceTag/Project": names.name, "aws:ResourceTag/Environment": environments },
  };
}
