import { z } from "zod";
import type { Grant } from "../findings/grant.ts";
import { isWildcard } from "../findings/permissions.ts";
import { asText, inCode } from "../markdown.ts";

const Condition = z.record(z.string(), z.record(z.string(), z.union([z.string(), z.array(z.string())])));

/** Grants as sentences: principal, action, resource, condition; those that differ only in their actions as one. */
export function toSentences(grants: readonly Grant[]): string[] {
  const groups = Map.groupBy(grants, (grant) => JSON.stringify({ ...grant, action: isWildcard(grant) }));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    const actions = [...new Set(group.map(({ action }) => action))];
    return first ? [toSentence(first, actions)] : [];
  });
}

function toSentence(grant: Grant, actions: readonly string[]): string {
  const who = grant.principal === "*" ? "anyone" : asText(grant.principal);
  const what = actions.map(inCode).join(", ");
  const may = grant.effect === "Allow" ? "may" : "may not";
  const when = grant.condition === "" ? "" : `, when ${toWhen(grant.condition)}`;
  const mark = isWildcard(grant) ? "⚠ wildcard: " : "";
  return `${mark}**${who}** ${may} ${what} on ${inCode(grant.resource)}${when}`;
}

function toWhen(condition: string): string {
  return Object.entries(Condition.parse(JSON.parse(condition)))
    .flatMap(([operator, keys]) =>
      Object.entries(keys).map(
        ([key, value]) => `${inCode(key)} ${asText(operator)} ${inCode([value].flat().join(", "))}`,
      ),
    )
    .join(" and ");
}
