import { z } from "zod";
import { MOTO_DIFFERENCES } from "./moto-adaptations.ts";

const Side = z.record(z.string(), z.unknown()).nullable();
const Plan = z.object({
  resource_changes: z
    .array(
      z.object({
        address: z.string(),
        type: z.string(),
        change: z.object({ actions: z.array(z.string()), before: Side, after: Side }),
      }),
    )
    .default([]),
});

/** One change of a plan; `why` is set if moto causes it. */
export interface PlannedChange {
  what: string;
  why: string | null;
}

/** @param plan the parsed output of `terraform show -json PLAN` */
export function toPlannedChanges(plan: unknown): PlannedChange[] {
  return Plan.parse(plan).resource_changes.flatMap(({ address, type, change }) => {
    const { actions, before, after } = change;
    if (actions.every((action) => action === "no-op" || action === "read")) return [];
    if (!before || !after) return [{ what: `${actions.join(" and ")} ${address}`, why: null }];
    return changedAttributes(before, after).map((name) => ({
      what: `${actions.join(" and ")} ${address}: ${name}`,
      why: explain(`${type}.${name}`, before[name], after[name]),
    }));
  });
}

function changedAttributes(before: Record<string, unknown>, after: Record<string, unknown>): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
}

function explain(attribute: string, before: unknown, after: unknown): string | null {
  const known = MOTO_DIFFERENCES.find((difference) => difference.attribute === attribute);
  return known?.explains(before, after) ? known.why : null;
}
