import { firstPipeline, type Pipeline } from "@image-pipeline/schema/config";
import { UserFault } from "@image-pipeline/schema/user-fault";
import * as z from "zod";
import { environmentOf } from "../connection/connect.ts";
import { withConnection } from "../connection/open-pipeline.ts";
import type { Context } from "../program/context.ts";
import { DONE } from "../program/exit-codes.ts";
import { build, runTool } from "../synth/run-tool.ts";
import { readUsage } from "./actual-usage.ts";
import { toLines } from "./cost-lines.ts";
import { estimateCost } from "./estimate-cost.ts";
import type { CostPart, CostReport } from "./json.ts";
import { type Changes, rankSavings, withChanges } from "./what-if.ts";

export interface CostOptions extends Changes {
  environment?: string | undefined;
  idle: boolean;
  json?: boolean | undefined;
}

/** Reports the price of a million images. @throws {UserFault} for an unknown environment, preset or format */
export async function cost(options: CostOptions, context: Context): Promise<number> {
  const { environment, idle, json = false, ...changes } = options;
  const { terminal } = context;
  const pipelines = await context.pipelines();
  const pipeline =
    environment === undefined ? firstPipeline(pipelines) : environmentOf(pipelines, environment);
  const isChanged = Object.values(changes).some((value) => value !== undefined);
  const changed = isChanged ? estimateCost(withChanges(pipeline, changes)) : null;
  const report: CostReport = {
    ...estimateCost(pipeline),
    idlePerMonth: idle ? await idlePerMonth(pipeline, context) : null,
    savings: rankSavings(pipeline),
    changed,
    actual:
      environment === undefined
        ? null
        : await withConnection({ environment }, context, (connection) =>
            readUsage(connection, context.clock),
          ),
  };
  if (json) terminal.json(report);
  else terminal.out(toLines(report));
  return DONE;
}

const Idle = z.record(z.string(), z.number());

/** Synthesises the stacks in a folder that is removed again, and returns what their resources cost without uploads. */
async function idlePerMonth(
  { environment }: Pipeline,
  { variables, terminal }: Pick<Context, "variables" | "terminal">,
): Promise<CostReport["idlePerMonth"]> {
  terminal.status("synthesising the stacks for their idle cost");
  await build("@image-pipeline/infra^...", { variables });
  const chosen = { ...variables, PIPELINE_ENVIRONMENT: environment };
  const { code, output } = await runTool("node", ["apps/infra/src/idle-main.ts"], { variables: chosen });
  terminal.status("");
  if (code !== 0) throw new UserFault(output.trim());
  const parts = Object.entries(Idle.parse(JSON.parse(output)))
    .filter(([, usd]) => usd > 0)
    .map(([part, usd]): CostPart => ({ part, usd, detail: "a month" }));
  return { usd: parts.reduce((sum, { usd }) => sum + usd, 0), parts };
}
