import { isSame } from "./attribute.ts";
import type { Load } from "./cost/load.ts";
import { type MonthlyCost, monthlyCost } from "./cost/monthly-cost.ts";
import { brokenRules } from "./findings/broken-rules.ts";
import { dataAtRisk } from "./findings/data-at-risk.ts";
import { encryptionChanges } from "./findings/encryption-changes.ts";
import type { Finding } from "./findings/finding.ts";
import { type PermissionChanges, permissionChanges } from "./findings/permissions.ts";
import { publicExposure } from "./findings/public-exposure.ts";
import type { Action, Change, Plan } from "./plan.ts";

/** Everything that a reviewer should know about the plans of one environment. */
export interface Review {
  stacks: { stack: string; changes: Change[] }[];
  counts: Record<Action, number>;
  dataAtRisk: Finding[];
  permissions: PermissionChanges;
  publicExposure: Finding[];
  encryption: Finding[];
  brokenRules: Finding[];
  cost: MonthlyCost;
  load: Load;
}

/**
 * Reads plans as a reviewer would; nothing is asked of AWS.
 *
 * @param existingBucket the upload bucket, if the pipeline did not create it
 */
export function reviewPlans(
  plans: readonly Plan[],
  load: Load,
  existingBucket: string | null = null,
): Review {
  const stacks = plans.map(({ stack, changes }) => ({ stack, changes: changes.filter(isReal) }));
  const changes = stacks.flatMap((stack) => stack.changes);
  const count = (action: Action) => changes.filter((change) => change.action === action).length;
  return {
    stacks,
    counts: {
      create: count("create"),
      update: count("update"),
      replace: count("replace"),
      destroy: count("destroy"),
      forget: count("forget"),
    },
    dataAtRisk: dataAtRisk(changes, existingBucket),
    permissions: permissionChanges(changes),
    publicExposure: publicExposure(changes),
    encryption: encryptionChanges(changes),
    brokenRules: brokenRules(plans),
    cost: monthlyCost(plans, load),
    load,
  };
}

/** Tells if an update changes more than the white space of a JSON text. */
function isReal({ action, before, after, unknown }: Change): boolean {
  return action !== "update" || unknown.size > 0 || changedAttributes({ before, after }).length > 0;
}

/** The names of the attributes that differ. */
export function changedAttributes({ before, after }: Pick<Change, "before" | "after">): string[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...names].filter((name) => !isSame(before?.[name], after?.[name])).sort();
}
