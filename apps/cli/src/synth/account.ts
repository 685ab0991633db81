import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { UserFault } from "@image-pipeline/schema/user-fault";
import * as z from "zod";
import { environmentOf } from "../connection/connect.ts";
import type { Context } from "../program/context.ts";
import { DONE, FOUND_OR_FAILED, INTERRUPTED } from "../program/exit-codes.ts";
import { ROOT, runTool } from "./run-tool.ts";

const CI_STACK = "image-pipeline-ci";
const APP = "node apps/infra/src/account-main.ts";
/** CDKTF, and the folder that it writes the stacks to. */
const CDKTF = { run: runTool, outdir: resolve(ROOT, "cdktf.out/account") };
/** The actions after which CDKTF can write the outputs of the stacks to a file. */
const WITH_OUTPUTS = ["deploy", "output"];

const Outputs = z.record(z.string(), z.record(z.string(), z.unknown()));

/** The line of `account --json`. */
export const AccountResult = z.object({
  action: z.enum(["deploy", "diff", "destroy", "list", "output", "synth"]),
  folder: z.string().describe("where the stacks were written"),
  stacks: z.array(z.string()).describe("every stack of the account"),
  outputs: Outputs.nullable().describe("by stack; null after other actions than deploy and output"),
});
type Action = z.infer<typeof AccountResult>["action"];

export interface AccountOptions {
  json?: boolean | undefined;
}

/**
 * Runs CDKTF over the stacks of the account, with everything else on the command line.
 *
 * @returns 0 if CDKTF succeeded
 * @throws {UserFault} when a stack is named that the config does not ask for
 */
export async function account(
  [action, ...rest]: readonly [Action, ...string[]],
  { json = false }: AccountOptions,
  { terminal, variables, pipelines, signal }: Context,
  { run, outdir } = CDKTF,
): Promise<number> {
  const { ci } = environmentOf(await pipelines(), variables.PIPELINE_ENVIRONMENT || "dev");
  if (rest.includes(CI_STACK) && ci.repository === null)
    throw new UserFault(`there is no stack ${CI_STACK} yet: set ci.repository in pipeline.config.ts`);
  const args = [action, ...rest, "--app", APP, "--output", outdir];
  if (!json) return toExitCode(await run("cdktf", args, { variables, showOn: "stdout" }));

  const temporary = mkdtempSync(join(tmpdir(), "image-pipeline-account-"));
  try {
    const file = WITH_OUTPUTS.includes(action) ? join(temporary, "outputs.json") : null;
    const outputsFile = file === null ? [] : ["--outputs-file", file];
    const exitCode = toExitCode(
      await run("cdktf", [...args, ...outputsFile], { variables, showOn: "stderr" }),
    );
    if (exitCode === DONE) terminal.json(toResult(action, join(outdir, "stacks"), file));
    return exitCode;
  } finally {
    rmSync(temporary, { recursive: true });
  }

  function toExitCode({ code }: { code: number }): number {
    if (signal.aborted) return INTERRUPTED;
    return code === 0 ? DONE : FOUND_OR_FAILED;
  }
}

function toResult(action: Action, folder: string, outputsFile: string | null): z.infer<typeof AccountResult> {
  const outputs = outputsFile === null ? null : readOutputs(outputsFile);
  return { action, folder, stacks: readdirSync(folder).sort(), outputs };
}

/** CDKTF writes no file when there are no outputs. */
function readOutputs(file: string): z.infer<typeof Outputs> {
  return existsSync(file) ? Outputs.parse(JSON.parse(readFileSync(file, "utf8"))) : {};
}
