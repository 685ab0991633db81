import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription/index.js";
import type { TerraformStack } from "cdktf";
import { z } from "zod";
import type { Rule } from "./rule.ts";

/** A subscription's filter policy with SNS's counts. */
export interface CountedPolicy {
  subscription: string;
  attributes: number;
  combinations: number;
}

/** SNS's limits, which SNS itself checks only at deployment (docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html). */
export const FILTER_POLICY_RULES: readonly Rule<CountedPolicy>[] = [
  {
    broken: ({ attributes }) => attributes > 5,
    because: ({ subscription, attributes }) =>
      `${subscription}: its filter policy has ${attributes} attributes; SNS allows at most 5`,
  },
  {
    broken: ({ combinations }) => combinations > 150,
    because: ({ subscription, combinations }) =>
      `${subscription}: its filter policy has ${combinations} combinations of conditions; SNS allows at most 150`,
  },
  {
    broken: ({ combinations }) => combinations === 0,
    because: ({ subscription }) =>
      `${subscription}: its filter policy has an attribute without conditions, which matches no message`,
  },
];

const Conditions = z.record(z.string(), z.array(z.unknown()));
const Policy = z.looseObject({ $or: z.array(Conditions).optional() });

export function toCountedPolicies(stack: TerraformStack): CountedPolicy[] {
  return stack.node
    .findAll()
    .filter((construct) => construct instanceof SnsTopicSubscription)
    .flatMap(({ filterPolicyInput, node }) => {
      if (filterPolicyInput === undefined) return [];
      return { subscription: node.path, ...counted(filterPolicyInput) };
    });
}

/** Counts each member of `$or` together with the conditions beside it. */
function counted(text: string): Omit<CountedPolicy, "subscription"> {
  const { $or: members = [{}], ...beside } = Policy.parse(JSON.parse(text));
  const policies = members.map((member) => ({ ...Conditions.parse(beside), ...member }));
  const productOf = (policy: z.infer<typeof Conditions>) =>
    Object.values(policy).reduce((product, { length }) => product * length, 1);
  return {
    attributes: new Set(policies.flatMap(Object.keys)).size,
    combinations: policies.reduce((total, policy) => total + productOf(policy), 0),
  };
}
