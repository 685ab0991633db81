import { z } from "zod";
import { canonical } from "../attribute.ts";
import type { Attributes } from "../plan.ts";

/** One permission or denial: a policy's statement with one principal, action and resource. */
export interface Grant {
  effect: "Allow" | "Deny";
  principal: string;
  action: string;
  resource: string;
  /** Canonical JSON; empty without one. */
  condition: string;
}

const Texts = z.union([z.string().transform((text) => [text]), z.array(z.string())]);
const Statement = z.object({
  Effect: z.enum(["Allow", "Deny"]),
  Principal: z.union([z.string(), z.record(z.string(), Texts)]).optional(),
  Action: Texts.optional(),
  NotAction: Texts.optional(),
  Resource: Texts.optional(),
  NotResource: Texts.optional(),
  Condition: z.unknown().optional(),
});
const Policy = z.object({
  Statement: z.union([z.array(Statement), Statement.transform((statement) => [statement])]),
});

/** The policies of a resource: the attribute, and whom an identity's policy is about. */
const POLICIES: Readonly<Record<string, { attribute: string; holder?: (attributes: Attributes) => string }>> =
  {
    aws_iam_role_policy: { attribute: "policy", holder: ({ role }) => `role ${role}` },
    aws_iam_policy: { attribute: "policy", holder: ({ name }) => `every principal with policy ${name}` },
    aws_iam_role: { attribute: "assume_role_policy" },
    aws_s3_bucket_policy: { attribute: "policy" },
    aws_sqs_queue_policy: { attribute: "policy" },
    aws_sns_topic_policy: { attribute: "policy" },
    aws_kms_key: { attribute: "policy" },
    aws_kms_key_policy: { attribute: "policy" },
  };

/** The attribute of a type that holds a policy; undefined for types without. */
export function policyAttribute(type: string): string | undefined {
  return POLICIES[type]?.attribute;
}

/** The grants of one side of a change; none when it is null or its policy is only known once applied. */
export function grantsOf(type: string, attributes: Attributes | null): Grant[] {
  if (attributes === null) return [];
  if (type === "aws_lambda_permission") return [invocation(attributes)];
  if (type === "aws_iam_role_policy_attachment") return [attachment(attributes)];
  const { attribute, holder } = POLICIES[type] ?? {};
  const text = attribute === undefined ? undefined : attributes[attribute];
  if (typeof text !== "string" || text === "") return [];
  const { Statement: statements } = Policy.parse(JSON.parse(text));
  const about = String(attributes.name ?? attributes.bucket ?? attributes.arn ?? "itself");
  const grants = statements.flatMap((statement) => toGrants(statement, holder?.(attributes), about));
  // In a key's policy `*` is that key and nothing else.
  return type.startsWith("aws_kms_key") ? grants.map((grant) => ({ ...grant, resource: "the key" })) : grants;
}

function toGrants(statement: z.infer<typeof Statement>, holder: string | undefined, about: string): Grant[] {
  const { Effect: effect, Condition } = statement;
  const condition = Condition === undefined ? "" : canonical(Condition);
  const actions = statement.Action ?? (statement.NotAction ?? []).map((action) => `everything but ${action}`);
  const resources = statement.Resource ??
    statement.NotResource?.map((one) => `everything but ${one}`) ?? [about];
  const principals = holder === undefined ? toPrincipals(statement.Principal) : [holder];
  return principals.flatMap((principal) =>
    actions.flatMap((action) =>
      resources.map((resource) => ({ effect, principal, action, resource, condition })),
    ),
  );
}

function toPrincipals(principal: z.infer<typeof Statement>["Principal"]): string[] {
  if (principal === undefined) return [];
  if (typeof principal === "string") return [principal];
  return Object.values(principal).flat();
}

function invocation({ principal, action, function_name, source_arn, source_account }: Attributes): Grant {
  const sources = { "aws:SourceArn": source_arn, "aws:SourceAccount": source_account };
  const set = Object.entries(sources).filter(([, value]) => typeof value === "string" && value !== "");
  return {
    effect: "Allow",
    principal: String(principal),
    action: String(action),
    resource: String(function_name),
    condition: set.length === 0 ? "" : canonical({ StringEquals: Object.fromEntries(set) }),
  };
}

function attachment({ role, policy_arn }: Attributes): Grant {
  return {
    effect: "Allow",
    principal: `role ${role}`,
    action: "all that the policy allows",
    resource: String(policy_arn),
    condition: "",
  };
}
