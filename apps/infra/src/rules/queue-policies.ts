import type { TerraformStack } from "cdktf";
import { SubscriberQueue } from "../constructs/subscriber-queue.ts";
import type { Deployment } from "../deployment.ts";
import type { Rule } from "./rule.ts";

/** A subscriber to whose queue the config adds statements. */
export interface NamedSubscriber {
  name: string;
  /** The subscribers that have a queue in these stacks. */
  known: readonly string[];
}

export const QUEUE_POLICY_RULES: readonly Rule<NamedSubscriber>[] = [
  {
    broken: ({ name, known }) => !known.includes(name),
    because: ({ name, known }) =>
      `policies.queues.${name}: no subscriber has this name: there are ${known.join(", ")}`,
  },
];

export function toNamedSubscribers(
  { pipeline }: Pick<Deployment, "pipeline">,
  stacks: readonly TerraformStack[],
): NamedSubscriber[] {
  const known = stacks
    .flatMap((stack) => stack.node.findAll())
    .filter((construct) => construct instanceof SubscriberQueue)
    .map(({ subscriberName }) => subscriberName);
  return Object.keys(pipeline.policies.queues).map((name) => ({ name, known }));
}
