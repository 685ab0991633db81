import type { Topology } from "../topology/topology.ts";
import { UserFault } from "../user-fault.ts";
import { computedNames, type Place } from "./computed-attributes.ts";
import { INERT_EVERYWHERE, INERT_TYPES, USED_TYPES } from "./known-attributes.ts";
import { referencesOf } from "./references.ts";
import type { Resource } from "./resource.ts";
import { readStackFiles, type StackFile } from "./stack-file.ts";
import { toTopology } from "./to-topology.ts";

const DEFAULT_REGION = "us-east-1";

/**
 * The topology of a synthesised app, with the ARNs and URLs that its resources have on this machine.
 *
 * @param folder `cdktf.out/stacks`
 * @param endpoint where S3, SNS and SQS will answer
 * @throws {UserFault} naming stack and address of the first resource or attribute that is not known here
 */
export function readStacks(folder: string, endpoint: string): Topology {
  const stacks = readStackFiles(folder);
  const region = stacks.find((stack) => stack.region)?.region ?? DEFAULT_REGION;
  const resources = stacks.flatMap((stack) => resourcesOf(stack, { region, endpoint }));
  return toTopology(resources, region);
}

function resourcesOf(stack: StackFile, place: Place): Resource[] {
  const references = referencesOf(stack, place);
  const origin = `stack ${stack.name}`;
  return Object.entries(stack.resources).flatMap(([type, byId]) => {
    if (INERT_TYPES.has(type)) return [];
    return Object.entries(byId).map(([id, configured]) => {
      const address = `${type}.${id}`;
      const used = usedAttributes({ origin, type, address }, Object.keys(configured));
      const values = Object.fromEntries(
        used.map((name) => [name, references.resolve(configured[name], `${address}.${name}`)]),
      );
      for (const name of computedNames(type)) values[name] ??= references.attribute(type, id, name);
      return { origin, type, address, folder: stack.folder, values };
    });
  });
}

function usedAttributes(
  { origin, type, address }: Pick<Resource, "origin" | "type" | "address">,
  names: string[],
): string[] {
  const known = USED_TYPES[type];
  const advice = "add it to apps/local/src/terraform/known-attributes.ts, as used or as inert";
  if (!known)
    throw new UserFault(
      `${origin}: ${address} is a resource that the local runtime does not know: ${advice}`,
    );
  for (const name of names) {
    if (known.used.includes(name) || known.inert.includes(name) || INERT_EVERYWHERE.has(name)) continue;
    throw new UserFault(
      `${origin}: ${address}.${name} is an attribute that the local runtime does not know: ${advice}`,
    );
  }
  return names.filter((name) => known.used.includes(name));
}
