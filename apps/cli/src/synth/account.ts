import { UserFault } from "@image-pipeline/schema/user-fault";
import { environmentOf } from "../connection/connect.ts";
import type { Context } from "../program/context.ts";
import { INTERRUPTED } from "../program/exit-codes.ts";
import { runTool } from "./run-tool.ts";

const CI_STACK = "image-pipeline-ci";
const APP = ["--app", "node apps/infra/src/account-main.ts", "--output", "cdktf.out/account"];

/**
 * Runs CDKTF over the stacks of the account, with everything else on the command line.
 *
 * @returns CDKTF's exit code
 * @throws {UserFault} when a stack is named that the config does not ask for
 */
export async function account(
  action: string,
  rest: readonly string[],
  { variables, pipelines, signal }: Context,
): Promise<number> {
  const { ci } = environmentOf(await pipelines(), variables.PIPELINE_ENVIRONMENT || "dev");
  if (rest.includes(CI_STACK) && ci.repository === null)
    throw new UserFault(`there is no stack ${CI_STACK} yet: set ci.repository in pipeline.config.ts`);
  const { code } = await runTool("cdktf", [action, ...rest, ...APP], { variables, isInteractive: true });
  if (signal.aborted) return INTERRUPTED;
  return code === 0 ? 0 : 1;
}
