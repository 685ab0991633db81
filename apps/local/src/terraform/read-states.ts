import { readFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { UserFault } from "@image-pipeline/schema/user-fault";
import { z } from "zod";
import type { Topology } from "../topology/topology.ts";
import type { Resource } from "./resource.ts";
import { toTopology } from "./to-topology.ts";

const State = z.object({
  values: z.object({
    root_module: z.object({
      resources: z
        .array(
          z.object({
            mode: z.string(),
            type: z.string(),
            address: z.string(),
            values: z.record(z.string(), z.unknown()),
          }),
        )
        .default([]),
    }),
  }),
});

/**
 * Reads the topology of deployed stacks from the output of `terraform show -json` for each. A relative path of a zip
 * starts at the folder of its state file.
 *
 * @throws {UserFault} naming the unreadable file or the invalid resource
 */
export function readStates(paths: readonly string[]): Topology {
  // The distribution of deployed stacks is where they were deployed to.
  const resources = paths.flatMap(readState).filter(({ type }) => type !== "aws_cloudfront_distribution");
  const arn = resources
    .map(({ values }) => values.arn)
    .find((value) => typeof value === "string" && /^arn:aws:(sqs|sns|lambda):/.test(value));
  return toTopology(resources, String(arn).split(":")[3] ?? "");
}

function readState(path: string): Resource[] {
  try {
    const { values } = State.parse(JSON.parse(readFileSync(path, "utf8")));
    return values.root_module.resources
      .filter(({ mode }) => mode === "managed")
      .map((resource) => ({ ...resource, origin: basename(path), folder: dirname(resolve(path)) }));
  } catch (error) {
    const why =
      error instanceof z.ZodError
        ? "not the output of terraform show -json"
        : error instanceof Error
          ? error.message
          : error;
    throw new UserFault(`${path} cannot be read as a state: ${why}`);
  }
}
