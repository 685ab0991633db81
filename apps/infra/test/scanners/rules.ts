import { BUCKET_RULES } from "./bucket-rules.ts";
import { EDGE_RULES } from "./edge-rules.ts";
import { FUNCTION_RULES } from "./function-rules.ts";
import { IDENTITY_RULES } from "./identity-rules.ts";
import { MESSAGING_RULES } from "./messaging-rules.ts";
import type { Rules } from "./rule.ts";

/** Every check of the scanners that looks at a type of resource of the stacks, by its id. */
export const RULES: Rules = {
  ...BUCKET_RULES,
  ...FUNCTION_RULES,
  ...MESSAGING_RULES,
  ...IDENTITY_RULES,
  ...EDGE_RULES,
};
