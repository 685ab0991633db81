import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { TerraformStack } from "cdktf";
import { z } from "zod";
import type { Basis } from "./deployment.ts";
import { toStatePath } from "./stacks/account.ts";
import { SynthFault } from "./synth-fault.ts";

/** Terraform's own, beside a stack: the provider, and which backend it used last. */
export const TERRAFORM_FOLDER = ".terraform";
const BACKEND = `${TERRAFORM_FOLDER}/terraform.tfstate`;
const State = z.looseObject({ resources: z.array(z.unknown()).default([]) });

export interface StatePlace extends Pick<Basis, "stateBucket" | "rootFolder"> {
  /** An absolute path, with `stacks/<stack>` in it. */
  outdir: string;
}

/**
 * Refuses a state bucket while a deployed stack's state lies in a file that Terraform would not move: `--migrate-state`
 * moves it from the backend it used last, and where it remembers none it begins with nothing, and makes everything anew.
 *
 * @throws {SynthFault} that says how it is moved
 */
export function refuseUnmovedState(
  stacks: readonly TerraformStack[],
  { outdir, stateBucket, rootFolder }: StatePlace,
): void {
  if (stateBucket === null) return;
  const files = stacks
    .map(({ node }) => ({ folder: join(outdir, "stacks", node.id), path: toStatePath(node.id, rootFolder) }))
    .filter(({ folder, path }) => holdsResources(join(folder, path)) && !existsSync(join(folder, BACKEND)))
    .map(({ path }) => basename(path));
  if (files.length === 0) return;
  throw new SynthFault(
    `${files.join(" and ")}: the state of what is deployed would not be moved to ${stateBucket}, as cdktf.out no longer tells where it lies.\n` +
      "  Deploy once without PIPELINE_STATE_BUCKET, which changes nothing; then with it and --migrate-state.\n" +
      "  Where it has been moved already, remove the file.",
  );
}

/** Terraform leaves a file without resources behind what was destroyed. */
function holdsResources(path: string): boolean {
  return existsSync(path) && State.parse(JSON.parse(readFileSync(path, "utf8"))).resources.length > 0;
}
