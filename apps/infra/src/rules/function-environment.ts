import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function/index.js";
import { type TerraformStack, Token } from "cdktf";
import type { Rule } from "./rule.ts";

/** Lambda's limit for all variables of a function together (docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). */
const MAX_BYTES = 4096;
/** Estimated size of an ARN or URL that is not known before deployment. */
const UNKNOWN_VALUE_BYTES = 160;

export interface FunctionEnvironment {
  function: string;
  bytes: number;
}

export const FUNCTION_ENVIRONMENT_RULES: readonly Rule<FunctionEnvironment>[] = [
  {
    broken: ({ bytes }) => bytes > MAX_BYTES,
    because: ({ function: name, bytes }) =>
      `${name}: its environment variables have ${bytes} bytes; Lambda allows at most ${MAX_BYTES}: use fewer presets or preset rules`,
  },
];

export function toFunctionEnvironments(stack: TerraformStack): FunctionEnvironment[] {
  return stack.node
    .findAll()
    .filter((construct) => construct instanceof LambdaFunction)
    .map((lambda) => ({
      function: lambda.functionNameInput ?? lambda.node.path,
      bytes: Object.entries(lambda.environmentInput?.variables ?? {})
        .map(([name, value]) => Buffer.byteLength(name) + bytesOf(value))
        .reduce((sum, bytes) => sum + bytes, 0),
    }));
}

function bytesOf(value: string): number {
  return Token.isUnresolved(value) ? UNKNOWN_VALUE_BYTES : Buffer.byteLength(value);
}
