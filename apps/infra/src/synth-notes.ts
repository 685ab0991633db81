import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function/index.js";
import type { TerraformStack } from "cdktf";

/** Lambda refuses a reservation that leaves fewer (docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html). */
const UNRESERVED_EXECUTIONS = 100;

/** Returns lines about what an environment takes from its account. */
export function toNotes(stacks: readonly TerraformStack[]): string[] {
  return [concurrencyNote(stacks)];
}

function concurrencyNote(stacks: readonly TerraformStack[]): string {
  const reserved = reservedExecutions(stacks);
  return reserved === 0
    ? "Reserves no concurrent executions: its functions share the account's (reserveConcurrency)."
    : `Reserves ${reserved} concurrent executions: Lambda needs a quota of at least ${reserved + UNRESERVED_EXECUTIONS}, plus what the account reserves elsewhere.`;
}

/** Returns the sum of the reservations of all functions. */
export function reservedExecutions(stacks: readonly TerraformStack[]): number {
  return stacks
    .flatMap((stack) => stack.node.findAll())
    .filter((construct) => construct instanceof LambdaFunction)
    .reduce((sum, lambda) => sum + (lambda.reservedConcurrentExecutionsInput ?? 0), 0);
}
