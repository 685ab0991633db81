import { UserFault } from "@image-pipeline/schema/user-fault";
import type { Topology } from "../topology/topology.ts";
import { computedNames, type Place } from "./computed-attributes.ts";
import { INERT_EVERYWHERE, INERT_TYPES } from "./inert-resources.ts";
import { referencesOf } from "./references.ts";
import type { Resource } from "./resource.ts";
import { RESOURCE_TYPES } from "./resource-types.ts";
import { readStackFiles, type StackFile } from "./stack-file.ts";
import { toTopology } from "./to-topology.ts";

const DEFAULT_REGION = "us-east-1";

/**
 * Reads the topology of a synthesised app, with the ARNs and URLs that its resources have on this machine.
 *
 * @param folder `cdktf.out/stacks`
 * @param endpoint of S3, SNS and SQS
 * @throws {UserFault} naming stack and address of the first resource or attribute that is not supported
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
  names: readonly string[],
): string[] {
  const known = RESOURCE_TYPES.get(type);
  const advice = "add it in apps/local/src/terraform";
  if (!known)
    throw new UserFault(
      `${origin}: ${address} is a resource that the local runtime does not support: ${advice}/resource-types.ts or inert-resources.ts`,
    );
  const isUsed = (name: string) => name in known.shape.shape;
  const unknown = names.find(
    (name) => !isUsed(name) && !known.inert.includes(name) && !INERT_EVERYWHERE.has(name),
  );
  if (unknown !== undefined)
    throw new UserFault(
      `${origin}: ${address}.${unknown} is an attribute that the local runtime does not support: ${advice}/resource-types.ts`,
    );
  return names.filter(isUsed);
}
