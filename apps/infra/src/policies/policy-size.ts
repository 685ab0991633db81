import type { TerraformStack } from "cdktf";
import { resolved } from "../resolved.ts";
import { policyDocument, type Statement } from "./policy-document.ts";

/**
 * IAM's limits in characters without white space: of all inline policies of a role together, and of one managed policy
 * (docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
 */
export const MAX_INLINE_SIZE = 10_240;
export const MAX_MANAGED_SIZE = 6144;
/** IAM's default quota of managed policies of a role. */
export const MAX_MANAGED_POLICIES = 10;

const ACCOUNT_ID = "1".repeat(12);
/** A text as long as an ARN that is not known before deployment: a service, region, account and a name of 64 characters. */
const ARN = "a".repeat(120);

/** Returns the number of characters that a policy has once its references are known. */
export function policySize(stack: TerraformStack, policy: string): number {
  return String(resolved(stack, policy))
    .replace(/\$\{[^}]*account_id\}/g, ACCOUNT_ID)
    .replace(/\$\{[^}]*\}/g, ARN).length;
}

/** Divides statements, in their order, into an inline policy and as many managed policies as the rest needs. */
export function divideStatements(
  stack: TerraformStack,
  statements: readonly Statement[],
): { inline: Statement[]; managed: Statement[][] } {
  const inline: Statement[] = [];
  const managed: Statement[][] = [];
  const fits = (part: readonly Statement[], statement: Statement, limit: number) =>
    policySize(stack, policyDocument([...part, statement])) <= limit;
  for (const statement of statements) {
    const last = managed.at(-1);
    if (!last && fits(inline, statement, MAX_INLINE_SIZE)) inline.push(statement);
    else if (last && fits(last, statement, MAX_MANAGED_SIZE)) last.push(statement);
    else managed.push([statement]);
  }
  return { inline, managed };
}
