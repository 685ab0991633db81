import type { TerraformStack } from "cdktf";
import type { Deployment } from "../deployment.ts";
import { SynthFault } from "../synth-fault.ts";
import { CONSUMER_RULES, toConsumers } from "./consumer.ts";
import { DEAD_LETTER_RULES, toWatchedQueues } from "./dead-letter-alarms.ts";
import { FILTER_POLICY_RULES, toCountedPolicies } from "./filter-policies.ts";
import { FUNCTION_ENVIRONMENT_RULES, toFunctionEnvironments } from "./function-environment.ts";
import { NOTIFICATION_RULES, toNotifiedBuckets } from "./notifications.ts";
import { PIPELINE_RULES } from "./pipeline-rules.ts";
import { POLICY_SIZE_RULES, toPolicySizes } from "./policy-sizes.ts";
import { QUEUE_POLICY_RULES, toNamedSubscribers } from "./queue-policies.ts";
import { faultsOf } from "./rule.ts";

/**
 * Checks every rule between settings and between resources.
 *
 * @throws {SynthFault} with one line for each broken rule
 */
export function checkInvariants(deployment: Deployment, stacks: readonly TerraformStack[]): void {
  const faults = [
    ...faultsOf(PIPELINE_RULES, [deployment]),
    ...faultsOf(CONSUMER_RULES, stacks.flatMap(toConsumers)),
    ...faultsOf(
      DEAD_LETTER_RULES,
      stacks.flatMap((stack) => toWatchedQueues(stack, deployment.pipeline.alarms.enabled)),
    ),
    ...faultsOf(FILTER_POLICY_RULES, stacks.flatMap(toCountedPolicies)),
    ...faultsOf(FUNCTION_ENVIRONMENT_RULES, stacks.flatMap(toFunctionEnvironments)),
    ...faultsOf(NOTIFICATION_RULES, toNotifiedBuckets(stacks)),
    ...faultsOf(POLICY_SIZE_RULES, stacks.flatMap(toPolicySizes)),
    ...faultsOf(QUEUE_POLICY_RULES, toNamedSubscribers(deployment, stacks)),
  ];
  refuse(`environment "${deployment.pipeline.environment}"`, faults);
}

/**
 * Checks the rules for the stacks that an account has once.
 *
 * @throws {SynthFault} as for `checkInvariants`
 */
export function checkAccountInvariants(stacks: readonly TerraformStack[]): void {
  refuse("the account", faultsOf(POLICY_SIZE_RULES, stacks.flatMap(toPolicySizes)));
}

function refuse(where: string, faults: readonly string[]): void {
  if (faults.length === 0) return;
  const count = faults.length === 1 ? "1 error" : `${faults.length} errors`;
  throw new SynthFault([`${where} has ${count}:`, ...faults.map((fault) => `  ${fault}`)].join("\n"));
}
