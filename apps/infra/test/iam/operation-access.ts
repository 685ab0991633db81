import { arnOf, edgeArn, functionArn, mappingArn, REGION, roleArn, toTags } from "./access-names.ts";
import { alarms, toResources } from "./action-resources.ts";
import type { AccessRequest } from "./evaluate.ts";
import { type KnownAccount, toStatesKey } from "./known-account.ts";
import { type Operation, textIn, textsIn } from "./operation.ts";

/** Calls that need no permission. */
const FREE = new Set(["sts:GetCallerIdentity"]);
/** Actions for the tags of a new resource, if it is not `TagResource`. */
const TAG_ACTIONS: Readonly<Record<string, string>> = { iam: "TagRole", sqs: "TagQueue" };

/**
 * Returns the permissions that an operation needs, with their context; null for an unknown operation, or one that does not name
 * its resource, so that none is allowed by mistake.
 */
export function toAccess(operation: Operation, account: KnownAccount): AccessRequest[] | null {
  const { service, action, input } = operation;
  if (FREE.has(`${service}:${action}`)) return [];
  const resources = toResources(`${service}:${action}`, input, account);
  if (resources.length === 0 || resources.includes("")) return null;
  const requested = prefixed("aws:RequestTag/", toTags(input.tags ?? input.Tags));
  const context = { ...requested, ...contextOf(operation, account) };
  return [
    ...resources.map((resource) => ({
      action: `${service}:${action}`,
      resource,
      context: { ...context, ...contextOfResource(resource, account) },
    })),
    ...tagsOnCreate(operation, resources, requested),
    ...passedRoles(operation),
    ...vendedLogs(operation, account),
    ...keyUses(operation, resources, account),
  ];
}

/** Returns the tags of a key or an event source mapping, and the aliases of a key. */
function contextOfResource(resource: string, account: KnownAccount) {
  const aliases = account.aliasesOf(resource);
  return {
    ...prefixed("aws:ResourceTag/", account.tagsOf(resource)),
    ...(aliases.length > 0 && { "kms:ResourceAliases": aliases }),
  };
}

function contextOf({ service, action, input }: Operation, account: KnownAccount): AccessRequest["context"] {
  const prefix = textIn(input, "Prefix");
  if (service === "iam") {
    const boundary = textIn(input, "PermissionsBoundary") || account.boundaryOf(textIn(input, "RoleName"));
    return boundary === undefined ? {} : { "iam:PermissionsBoundary": boundary };
  }
  if (service === "s3") return prefix === "" ? {} : { "s3:prefix": prefix };
  if (action === "ChangeResourceRecordSets")
    return { "route53:ChangeResourceRecordSetsRecordTypes": textsIn(input, "RecordTypes") };
  if (!action.endsWith("EventSourceMapping")) return {};
  const isNamed = textIn(input, "FunctionName") !== "";
  const target = isNamed ? functionArn(input) : account.functionOf(mappingArn(input));
  return target === undefined ? {} : { "lambda:FunctionArn": target };
}

/** Returns the permission to tag a new resource, which a call with tags needs too. */
function tagsOnCreate(
  { service, action, input }: Operation,
  resources: readonly string[],
  context: Record<string, string>,
): AccessRequest[] {
  if (!/^(Create|Put)/.test(action) || Object.keys(context).length === 0) return [];
  const tagged: Record<string, readonly string[]> = {
    CreateDelivery: [arnOf("logs", "delivery:new")],
    CreateDistribution: [edgeArn("distribution/new")],
    CreateEventSourceMapping: [mappingArn({})],
    // docs.aws.amazon.com/kms/latest/developerguide/tag-permissions.html: its example allows it on keys, not on "*".
    CreateKey: [arnOf("kms", "key/new")],
    PutCompositeAlarm: alarms(input),
  };
  const tag = `${service}:${TAG_ACTIONS[service] ?? "TagResource"}`;
  return (tagged[action] ?? resources).map((resource) => ({ action: tag, resource, context }));
}

/** Returns the permission to pass the role with which a service is to run something. */
function passedRoles({ service, input }: Operation): AccessRequest[] {
  if (!["events", "lambda", "pipes", "states"].includes(service)) return [];
  const targets = Array.isArray(input.Targets) ? input.Targets : [];
  const roles = [input, ...targets].flatMap(({ Role, RoleArn, roleArn: role }) => [Role, RoleArn, role]);
  return roles
    .filter((one) => typeof one === "string" && one !== "")
    .map((one) => ({
      action: "iam:PassRole",
      resource: one.startsWith("arn:") ? one : roleArn(one),
      context: { "iam:PassedToService": `${service}.amazonaws.com` },
    }));
}

/** Returns the permission of CloudFront to deliver a distribution's logs (docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html). */
function vendedLogs({ action, input }: Operation, account: KnownAccount): AccessRequest[] {
  if (action !== "PutDeliverySource") return [];
  const resource = textIn(input, "resourceArn");
  const context = contextOfResource(resource, account);
  return [{ action: "cloudfront:AllowVendedLogDeliveryForResource", resource, context }];
}

/** Uses of a customer key that a service makes with the permissions of the caller. */
const KEY_USES: Readonly<Record<string, readonly string[]>> = {
  // docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html; without Decrypt, Lambda hides the variables.
  "lambda:CreateFunction": ["CreateGrant", "Encrypt"],
  "lambda:UpdateFunctionConfiguration": ["CreateGrant", "Decrypt", "Encrypt"],
  "lambda:GetFunction": ["Decrypt"],
  "lambda:GetFunctionConfiguration": ["Decrypt"],
  // docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
  "states:CreateStateMachine": ["DescribeKey", "GenerateDataKey"],
  "states:UpdateStateMachine": ["Decrypt", "DescribeKey", "GenerateDataKey"],
  "states:DescribeStateMachine": ["Decrypt"],
  // docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
  "s3:GetObject": ["Decrypt"],
  "s3:PutObject": ["GenerateDataKey"],
};

function keyUses(operation: Operation, resources: readonly string[], account: KnownAccount): AccessRequest[] {
  const { service, action } = operation;
  const uses = KEY_USES[`${service}:${action}`] ?? [];
  const key = keyIn(operation, resources[0] ?? "", account);
  if (uses.length === 0 || key === undefined) return [];
  const resource = account.keyArn(key);
  const context = {
    ...contextOfResource(resource, account),
    "kms:ViaService": `${service}.${REGION}.amazonaws.com`,
  };
  return uses.map((use) => ({ action: `kms:${use}`, resource, context }));
}

/** Returns the key that a call names, or the known key of its resource. */
function keyIn({ service, action, input }: Operation, resource: string, account: KnownAccount) {
  if (action === "PutObject") return account.keyForObject(input);
  const named = service === "states" ? toStatesKey(input) : textIn(input, "KMSKeyArn");
  return named || account.keyOf(resource);
}

function prefixed(prefix: string, tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).map(([name, value]) => [`${prefix}${name}`, value]));
}
