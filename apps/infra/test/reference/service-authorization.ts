import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { SynthesisedStatement } from "./synthesised-policies.ts";

export const REFERENCE_FILE = join(import.meta.dirname, "service-authorization.json");

const Action = z.object({ resources: z.array(z.string()), conditions: z.array(z.string()) });
const Service = z.object({
  actions: z.record(z.string(), Action),
  resourceTypes: z.record(z.string(), z.object({ arn: z.string(), conditions: z.array(z.string()) })),
});
type Service = z.infer<typeof Service>;
export const Reference = z.object({
  source: z.string().optional(),
  services: z.record(z.string(), Service),
});
export type Reference = z.infer<typeof Reference>;

const NETWORK_INTERFACE = { resources: ["network-interface*"], conditions: [] };
const ANYWHERE = { resources: [], conditions: [] };
/** EC2, of which the stored reference has no copy: the actions and resources that AWS names for functions in a VPC. */
const EC2: Service = {
  // docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html, "Required IAM permissions"
  actions: {
    AssignPrivateIpAddresses: NETWORK_INTERFACE,
    CreateNetworkInterface: NETWORK_INTERFACE,
    DeleteNetworkInterface: NETWORK_INTERFACE,
    UnassignPrivateIpAddresses: NETWORK_INTERFACE,
    DescribeNetworkInterfaces: ANYWHERE,
    DescribeSecurityGroups: ANYWHERE,
    DescribeSubnets: ANYWHERE,
    DescribeVpcs: ANYWHERE,
  },
  resourceTypes: {
    "network-interface": {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: AWS's notation
      arn: "arn:${Partition}:ec2:${Region}:${Account}:network-interface/${NetworkInterfaceId}",
      conditions: [],
    },
  },
};

/** The part of AWS's Service Authorization Reference that the policies use; `write-reference.ts` writes all but EC2's. */
export const REFERENCE = withEc2(Reference.parse(JSON.parse(readFileSync(REFERENCE_FILE, "utf8"))));

function withEc2({ services, ...rest }: Reference): Reference {
  return { ...rest, services: { ec2: EC2, ...services } };
}

/**
 * Actions with a resource type that AWS nevertheless requires on `*`, by the operations' own pages
 * (docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference: DescribeAlarms, PutCompositeAlarm; read in June 2026).
 */
const MUST_BE_ANYWHERE = new Set(["cloudwatch:DescribeAlarms", "cloudwatch:PutCompositeAlarm"]);

/**
 * Actions that AWS checks on each of their resources separately, so that two statements can allow them under different
 * conditions (docs.aws.amazon.com/kms/latest/developerguide/alias-access.html).
 */
const CHECKED_SEPARATELY = new Set(["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"]);

/** Global condition keys that the policies use (docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html). */
const GLOBAL_KEYS = new Set([
  "aws:PrincipalArn",
  "aws:PrincipalIsAWSService",
  "aws:SecureTransport",
  "aws:SourceAccount",
  "aws:SourceArn",
  "lambda:SourceFunctionArn",
]);

/** Conditions that the reference does not have and AWS's own example policies use. */
const DOCUMENTED_EXAMPLES: Readonly<Record<string, string>> = {
  // docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
  "kms:DescribeKey kms:EncryptionContext:aws:logs:arn": "CloudWatch Logs' example of a key policy",
};
/**
 * Keys of the tokens of an identity provider begin with the provider's host
 * (docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html; `ref` since January 2026).
 */
const PROVIDER_KEY = /^token\.actions\.githubusercontent\.com:(aud|sub|ref)$/;

/** Returns the actions of a service that a policy's action matches: `s3:GetBucket*` matches several. */
export function actionsLike({ actions }: Service, pattern: string): string[] {
  const expression = new RegExp(`^${pattern.replaceAll("*", ".*")}$`, "i");
  return Object.keys(actions).filter((action) => expression.test(action));
}

/** Returns a sentence for each part of a statement that AWS would not accept or would never match. */
export function faultsOf(statement: SynthesisedStatement, reference: Reference = REFERENCE): string[] {
  const checked = statement.Action.map((action) => checkAction(action, statement, reference));
  const accepted = new Set(checked.flatMap(({ accepts }) => accepts));
  const unknown = statement.Resource.filter((resource) => !accepted.has(resource)).map(
    (resource) => `no action of the statement takes ${resource}`,
  );
  return [...checked.flatMap(({ faults }) => faults), ...unknown].map(
    (fault) => `${statement.where}: ${fault}`,
  );
}

interface Checked {
  faults: string[];
  /** The resources of the statement that the action takes. */
  accepts: string[];
}

function checkAction(action: string, statement: SynthesisedStatement, { services }: Reference): Checked {
  const [prefix = "", name = ""] = action.split(":");
  const service = services[prefix];
  // `s3:*` and its like in a resource policy are for every action.
  if (name === "*") return { faults: [], accepts: [...statement.Resource] };
  const names = service ? actionsLike(service, name) : [];
  if (!service || names.length === 0)
    return {
      faults: [`${action} is not in service-authorization.json: run write-reference.ts`],
      accepts: [],
    };
  const all = names.map((one) => checkOne(`${prefix}:${one}`, service, statement));
  // One of the actions that a wildcard matches has to be right.
  const right = all.find(({ faults }) => faults.length === 0) ?? all[0];
  return { faults: right?.faults ?? [], accepts: all.flatMap(({ accepts }) => accepts) };
}

function checkOne(action: string, service: Service, statement: SynthesisedStatement): Checked {
  const { resources, conditions } = service.actions[action.split(":")[1] ?? ""] ?? {
    resources: [],
    conditions: [],
  };
  const isAnywhere = resources.length === 0 || MUST_BE_ANYWHERE.has(action);
  const types = resources.map((type) => ({ name: type.replace("*", ""), isRequired: type.endsWith("*") }));
  const takes = (type: string) =>
    statement.Resource.filter((at) => isOfType(at, service.resourceTypes[type]?.arn));
  const accepts = isAnywhere
    ? statement.Resource.filter((resource) => resource === "*")
    : types.flatMap(({ name }) => takes(name));
  const known = [
    ...conditions,
    ...types.flatMap(({ name }) => service.resourceTypes[name]?.conditions ?? []),
  ];
  return { faults: [...toResourceFaults(), ...toConditionFaults(action, known, statement)], accepts };

  function toResourceFaults(): string[] {
    const isTrust = statement.Resource.length === 0;
    if (isTrust) return [];
    if (isAnywhere) return statement.Resource.includes("*") ? [] : [`${action} must be allowed on "*"`];
    const missing = types.filter(({ name, isRequired }) => isRequired && takes(name).length === 0);
    if (!CHECKED_SEPARATELY.has(action) && missing.length > 0)
      return missing.map(({ name }) => `${action} needs a resource of the type ${name}`);
    return accepts.length === 0 ? [`${action} takes none of the statement's resources`] : [];
  }
}

function toConditionFaults(
  action: string,
  known: readonly string[],
  statement: SynthesisedStatement,
): string[] {
  const patterns = known.map(toKeyPattern);
  return Object.values(statement.Condition)
    .flatMap((keys) => Object.keys(keys))
    .filter((key) => !GLOBAL_KEYS.has(key) && !PROVIDER_KEY.test(key))
    .filter((key) => DOCUMENTED_EXAMPLES[`${action} ${key}`] === undefined)
    .filter((key) => !patterns.some((pattern) => pattern.test(key)))
    .map((key) => `${action} does not know the condition key ${key}`);
}

/** Texts that a last `*` can match in the ARNs of different types. */
const LAST_PARTS = ["x", "x/x", "x:x", "log-stream:x"];

/** Returns whether a policy's resource can be of a type. In IAM, `*` also matches slashes and colons. */
function isOfType(resource: string, arn: string | undefined): boolean {
  if (arn === undefined) return false;
  if (resource === "*") return true;
  // `:*/*` is every type whose ARN has a slash after the type.
  const type = /:([\w-]+)\/\$/.exec(arn)?.[1] ?? "*";
  const typed = resource.replace(":*/", `:${type}/`);
  const texts = typed.endsWith("*") ? LAST_PARTS.map((part) => typed.slice(0, -1) + part) : [typed];
  return texts.some((text) => toArnPattern(arn).test(text));
}

/** Returns the pattern of a type's ARN, such as `arn:${Partition}:sqs:${Region}:${Account}:${QueueName}`. */
function toArnPattern(arn: string): RegExp {
  const pattern = arn
    .split(/(\$\{\w+\})/)
    .map((part) => PLACEHOLDERS[part] ?? (part.startsWith("${") ? "[^:/]+" : part));
  return new RegExp(`^${pattern.join("")}$`);
}

/**
 * The placeholders whose values have slashes or colons. A function's ARN may name an alias or a version, which a policy must
 * name too (docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html).
 */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: AWS's notation
  "${FunctionName}": "[^:/]+(:[^:/]+)?",
  "${LogGroupName}": "[^:]+",
  "${ObjectName}": ".+",
  "${RoleNameWithPath}": "[^:]+",
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: AWS's notation
};

/** Returns the pattern of a condition key, such as `aws:ResourceTag/${TagKey}` or `s3:ExistingObjectTag/<key>`. */
function toKeyPattern(key: string): RegExp {
  return new RegExp(`^${key.replace(/\$\{\w+\}|<\w+>/g, ".+")}$`);
}
