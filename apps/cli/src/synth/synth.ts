import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { UserFault } from "@image-pipeline/schema/user-fault";
import { environmentOf } from "../connection/connect.ts";
import type { Context } from "../program/context.ts";
import { DONE } from "../program/exit-codes.ts";
import { build, ROOT, runTool } from "./run-tool.ts";

export interface SynthOptions {
  environment?: string | undefined;
  json?: boolean | undefined;
}

/**
 * Builds the functions, then writes the stacks, and prints their ids with notes about the deployment. CDKTF shows this before its
 * error about an unknown stack, which does not name the stacks that exist. Errors in the config are reported before anything is built.
 *
 * @throws {UserFault} for an unknown environment, or with the output of a failed step
 */
export async function synth(
  { environment, json = false }: SynthOptions,
  { terminal, variables, pipelines }: Context,
): Promise<number> {
  const name = environment ?? (variables.PIPELINE_ENVIRONMENT || "dev");
  const settings = await pipelines();
  // The settings of the first environment, as `npm start` runs them.
  if (name !== "local") environmentOf(settings, name);
  await build("@image-pipeline/infra^...", { variables });
  const chosen = { ...variables, PIPELINE_ENVIRONMENT: name };
  const { code, output } = await runTool("node", ["apps/infra/src/main.ts"], { variables: chosen });
  if (code !== 0) throw new UserFault(output.trim());
  const folder = resolve(ROOT, variables.CDKTF_OUTDIR || "cdktf.out", "stacks");
  const stacks = readdirSync(folder).sort();
  if (json) terminal.json({ environment: name, folder, stacks });
  else terminal.out(output.trimEnd().split("\n"));
  return DONE;
}
