import { CHANGE_KEYS, NAME_KEYS, READ_KEYS } from "./ci-actions.ts";
import { arnsOf, keys, mappings, ofThePipeline, regionsOf, type Scope, tagsOf } from "./ci-scope.ts";
import type { Statement } from "./policy-document.ts";

/** Allows reading the settings of the environments' keys and mappings. Their ids are not known before, so keys are known by their tags. */
export function readTagged(scope: Scope): Statement[] {
  return [
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
  ];
}

/** Allows creating, changing and deleting keys with the environment's tags, and event source mappings of its functions. */
export function writeTagged(scope: Scope): Statement[] {
  return [
    {
      Sid: "WriteKeys",
      Effect: "Allow",
      Action: CHANGE_KEYS,
      Resource: keys(scope),
      Condition: ofThePipeline(scope),
    },
    ...createKeys(scope),
    ...nameKeys(scope),
    ...writeMappings(scope),
    ...tagMappings(scope),
  ];
}

/** A resource without the tags that every resource of a pipeline has. */
export const UNTAGGED = { "aws:ResourceTag/Project": "true", "aws:ResourceTag/Environment": "true" };
/** No alias has this name, so only a key without aliases matches. */
const NO_ALIAS = "alias/none";

/**
 * Allows creating keys with the environment's tags, by which the other statements know them. Tagging a new key cannot be told
 * from tagging any key of the account, so keys that have an alias or an owner's tags already are excluded.
 */
function createKeys(scope: Scope): Statement[] {
  const StringEquals = tagsOf("aws:RequestTag", scope);
  return [
    {
      Sid: "CreateKeys",
      Effect: "Allow",
      Action: "kms:CreateKey",
      Resource: "*",
      Condition: { StringEquals },
    },
    {
      Sid: "TagNewKeys",
      Effect: "Allow",
      Action: "kms:TagResource",
      Resource: keys(scope),
      Condition: {
        StringEquals,
        Null: UNTAGGED,
        "ForAllValues:StringEquals": { "kms:ResourceAliases": NO_ALIAS },
      },
    },
  ];
}

/** Allows giving the environment's aliases to its keys. AWS checks the alias and the key separately. */
function nameKeys(scope: Scope): Statement[] {
  const { names, accountId, environments } = scope;
  const aliases = environments.flatMap((environment) =>
    ["", "-workflow", "-delivery"].map(
      (part) =>
        `arn:${names.partition}:kms:${names.regionOf(environment)}:${accountId}:alias/${names.name}-${environment}${part}`,
    ),
  );
  return [
    { Sid: "NameAliases", Effect: "Allow", Action: NAME_KEYS, Resource: aliases },
    {
      Sid: "NameKeys",
      Effect: "Allow",
      Action: NAME_KEYS,
      Resource: keys(scope),
      Condition: ofThePipeline(scope),
    },
  ];
}

/** Allows creating, changing and deleting event source mappings, whose ids are not known before, of own functions. */
function writeMappings(scope: Scope): Statement[] {
  const functions = scope.environments.flatMap((environment) => arnsOf("lambda", environment, scope));
  const Condition = { ArnLike: { "lambda:FunctionArn": functions } };
  return [
    {
      Sid: "CreateMappings",
      Effect: "Allow",
      Action: "lambda:CreateEventSourceMapping",
      Resource: "*",
      Condition,
    },
    {
      Sid: "WriteMappings",
      Effect: "Allow",
      Action: ["lambda:DeleteEventSourceMapping", "lambda:UpdateEventSourceMapping"],
      Resource: mappings(scope),
      Condition,
    },
  ];
}

/** Allows tagging event source mappings: new ones as the environment's, and its own. */
function tagMappings(scope: Scope): Statement[] {
  return [
    {
      Sid: "TagNewMappings",
      Effect: "Allow",
      Action: "lambda:TagResource",
      Resource: mappings(scope),
      Condition: { StringEquals: tagsOf("aws:RequestTag", scope), Null: UNTAGGED },
    },
    {
      Sid: "TagOwnMappings",
      Effect: "Allow",
      Action: ["lambda:TagResource", "lambda:UntagResource"],
      Resource: mappings(scope),
      Condition: ofThePipeline(scope),
    },
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
