import { existsSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import type { TerraformStack } from "cdktf";
import { z } from "zod";
import { toStatePath } from "./stacks/bind-to-account.ts";
import { SynthFault } from "./synth-fault.ts";

/** Terraform's own folder beside a stack: the provider, and a record of the backend it used last. */
export const TERRAFORM_FOLDER = ".terraform";
const BACKEND = `${TERRAFORM_FOLDER}/terraform.tfstate`;
const State = z.looseObject({ resources: z.array(z.unknown()).default([]) });
const UsedBackend = z.looseObject({ backend: z.looseObject({ type: z.string() }).nullish() });

export interface StateMigration {
  stateBucket: string | null;
  /** An absolute path that contains `stacks/<stack>`. */
  outdir: string;
  rootFolder: string;
}

/**
 * Prepares the change from local state to a state bucket. `--migrate-state` copies the state from the backend that
 * Terraform used last. If Terraform has no record of it, it starts with an empty state and creates every resource again.
 *
 * A stack that was only planned has a record but no state: the record is deleted, because Terraform would otherwise stop
 * with "Backend configuration changed".
 *
 * @throws {SynthFault} if a deployed stack's local state would not be migrated; the message has the steps to migrate it
 */
export function checkStateMigration(
  stacks: readonly TerraformStack[],
  { outdir, stateBucket, rootFolder }: StateMigration,
): void {
  if (stateBucket === null) return;
  const places = stacks.map(({ node: { id } }) => {
    const folder = join(outdir, "stacks", id);
    return { record: join(folder, BACKEND), state: join(folder, toStatePath(id, rootFolder)) };
  });
  const deployed = places.filter(({ state }) => holdsResources(state));
  const lost = deployed.filter(({ record }) => !existsSync(record)).map(({ state }) => basename(state));
  if (lost.length > 0)
    throw new SynthFault(
      `${lost.join(" and ")}: the existing local state would not be migrated to ${stateBucket}, because cdktf.out no longer records its location.\n` +
        "  Deploy once without PIPELINE_STATE_BUCKET, which changes nothing; then deploy with it and --migrate-state.\n" +
        "  If the state has been migrated already, delete the file.",
    );
  for (const place of places)
    if (!deployed.includes(place) && recordsLocalBackend(place.record)) rmSync(place.record);
}

/** Terraform leaves a file without resources behind after a destroy. */
function holdsResources(path: string): boolean {
  return existsSync(path) && State.parse(JSON.parse(readFileSync(path, "utf8"))).resources.length > 0;
}

function recordsLocalBackend(path: string): boolean {
  if (!existsSync(path)) return false;
  return UsedBackend.parse(JSON.parse(readFileSync(path, "utf8"))).backend?.type === "local";
}
