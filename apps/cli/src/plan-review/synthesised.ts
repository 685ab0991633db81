import { z } from "zod";
import { policyAttribute } from "./findings/grant.ts";
import type { Attributes, Change, Plan } from "./plan.ts";

const Synthesised = z.object({
  resource: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
});

/** Fills policies that a plan does not know yet with the text of the synthesised stack, which has `${…}` for the unknown parts. */
export function withSynthesisedPolicies(plan: Plan, text: string): Plan {
  const { resource } = Synthesised.parse(JSON.parse(text));
  const fill = (change: Change) => {
    const block = resource[change.type]?.[change.address.slice(change.type.length + 1)];
    return block === undefined ? change : withPolicy(change, block);
  };
  return { ...plan, changes: plan.changes.map(fill) };
}

function withPolicy(change: Change, block: Attributes): Change {
  const { type, after, unknown } = change;
  const attribute = policyAttribute(type);
  if (after === null || attribute === undefined || !unknown.has(attribute)) return change;
  const policy = block[attribute];
  // An expression for the whole policy says nothing about its statements.
  if (typeof policy !== "string" || !policy.startsWith("{")) return change;
  const names = Object.entries(block).filter(([, value]) => typeof value === "string");
  return {
    ...change,
    after: { ...Object.fromEntries(names), ...after, [attribute]: policy },
    unknown: new Set([...unknown].filter((name) => name !== attribute)),
  };
}
