import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment/index.js";
import type { TerraformStack } from "cdktf";
import {
  MAX_INLINE_SIZE,
  MAX_MANAGED_POLICIES,
  MAX_MANAGED_SIZE,
  policySize,
} from "../policies/policy-size.ts";
import { resolved } from "../resolved.ts";
import type { Rule } from "./rule.ts";

/** An amount of a policy or a role that IAM limits. */
interface Measured {
  what: string;
  amount: number;
  limit: number;
}

export const POLICY_SIZE_RULES: readonly Rule<Measured>[] = [
  {
    broken: ({ amount, limit }) => amount > limit,
    because: ({ what, amount, limit }) =>
      `${what}: ${amount}; IAM allows at most ${limit}: use shorter names or fewer environments in an account`,
  },
];

/** Returns the sizes of every role's inline policies together, of every managed policy, and their number for each role. */
export function toPolicySizes(stack: TerraformStack): Measured[] {
  const all = stack.node.findAll();
  const inline = all.filter((construct) => construct instanceof IamRolePolicy);
  const attachments = all.filter((construct) => construct instanceof IamRolePolicyAttachment);
  const roles = all.filter((construct) => construct instanceof IamRole);
  const managed = all.filter((construct) => construct instanceof IamPolicy);
  const ofRole = <Part extends IamRolePolicy | IamRolePolicyAttachment>(parts: Part[], role: IamRole) => {
    const names = [role.nameInput, role.name, role.id].map((name) => resolved(stack, name));
    return parts.filter(({ roleInput }) => names.includes(resolved(stack, roleInput)));
  };
  return [
    ...roles.flatMap((role) => [
      {
        what: `${role.node.path}: characters of its inline policies`,
        amount: sum(ofRole(inline, role).map(({ policyInput }) => policySize(stack, policyInput ?? ""))),
        limit: MAX_INLINE_SIZE,
      },
      {
        what: `${role.node.path}: managed policies`,
        amount: ofRole(attachments, role).length,
        limit: MAX_MANAGED_POLICIES,
      },
    ]),
    ...managed.map(({ node, policyInput }) => ({
      what: `${node.path}: characters`,
      amount: policySize(stack, policyInput ?? ""),
      limit: MAX_MANAGED_SIZE,
    })),
  ];
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
