/**
 * Writes `test/reference/service-authorization.json`, the part of AWS's Service Authorization Reference that our policies use:
 * `node write-reference.ts PATH DATE`, with the path of the whole reference and the month of its publication.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { actionsLike, REFERENCE_FILE, Reference } from "./test/reference/service-authorization.ts";
import { synthesisedStatements } from "./test/reference/synthesised-policies.ts";

/** Keys of requests from Nitro Enclaves, of which there are sixty for some actions. */
const NOT_USED = /^kms:RecipientAttestation:/;

const [path, date] = process.argv.slice(2);
if (path === undefined || date === undefined) throw new Error("usage: node write-reference.ts PATH DATE");
const { services: all } = Reference.parse(JSON.parse(readFileSync(path, "utf8")));
const used = [...new Set(synthesisedStatements().flatMap(({ Action }) => Action))];
const services = Object.fromEntries(
  Object.entries(all).flatMap(([prefix, service]) => {
    const patterns = used.filter((action) => action.startsWith(`${prefix}:`) && !action.endsWith(":*"));
    const names = patterns.flatMap((action) => actionsLike(service, action.slice(prefix.length + 1)));
    return names.length === 0 ? [] : [[prefix, partOf(service, [...new Set(names)].sort())]];
  }),
);
const source = `docs.aws.amazon.com/service-authorization/latest/reference, ${date}`;
writeFileSync(REFERENCE_FILE, `${JSON.stringify({ source, services }, null, 2)}\n`);

function partOf({ actions, resourceTypes }: Reference["services"][string], names: readonly string[]) {
  const kept = names.map((name) => [name, actions[name] ?? { resources: [], conditions: [] }] as const);
  const types = new Set(kept.flatMap(([, { resources }]) => resources.map((type) => type.replace("*", ""))));
  return {
    actions: Object.fromEntries(
      kept.map(([name, { resources, conditions }]) => [
        name,
        { resources, conditions: conditions.filter((key) => !NOT_USED.test(key)) },
      ]),
    ),
    resourceTypes: Object.fromEntries(Object.entries(resourceTypes).filter(([type]) => types.has(type))),
  };
}
