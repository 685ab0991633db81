import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  latestDeadline,
  TOOLCHAIN_NAMES,
  TOOLCHAINS,
  type Toolchain,
} from "@image-pipeline/schema/toolchains";
import { UserFault } from "@image-pipeline/schema/user-fault";
import * as z from "zod";
import type { Context } from "../program/context.ts";
import { DONE } from "../program/exit-codes.ts";
import { ROOT, runTool } from "../synth/run-tool.ts";
import { toTable } from "../terminal/table.ts";

/** The line of `toolchain --json`. */
export const ToolchainResult = z.object({
  toolchain: z.enum(TOOLCHAIN_NAMES).describe("the chosen one"),
  toolchains: z.array(
    z.object({
      name: z.enum(TOOLCHAIN_NAMES),
      summary: z.string(),
      runtime: z.string().describe("of the functions, in Lambda's words"),
      deadline: z.object({ date: z.string(), what: z.string(), source: z.string() }),
    }),
  ),
});

export interface ToolchainOptions {
  json?: boolean | undefined;
}

type ToolchainContext = Pick<Context, "terminal" | "variables">;

/** The line of the workspace that chooses a toolchain: a YAML alias. */
const CHOICE = /^( {2}toolchain: \*)(\w+)$/m;
const WORKSPACE = { file: join(ROOT, "pnpm-workspace.yaml"), install };

/**
 * Shows the toolchains; with a name, first makes that one the workspace's and installs it.
 *
 * @throws {UserFault} when the install fails; the workspace is then as it was
 */
export async function toolchain(
  name: Toolchain | undefined,
  { json = false }: ToolchainOptions,
  context: ToolchainContext,
  { file, install } = WORKSPACE,
): Promise<number> {
  const { terminal } = context;
  const text = readFileSync(file, "utf8");
  const before = chosenIn(text);
  if (name !== undefined && name !== before) {
    writeFileSync(file, text.replace(CHOICE, `$1${name}`));
    await install(context).catch((error: unknown) => {
      writeFileSync(file, text);
      throw error;
    });
  }
  const chosen = name ?? before;
  if (json) terminal.json(toResult(chosen));
  else terminal.out([...toLines(chosen), ...(chosen === before ? [] : nextSteps(before))]);
  return DONE;
}

function chosenIn(text: string): Toolchain {
  const chosen = TOOLCHAIN_NAMES.find((name) => name === CHOICE.exec(text)?.[2]);
  if (chosen !== undefined) return chosen;
  const line = "toolchain: *NAME";
  throw new UserFault(`pnpm-workspace.yaml has no line "${line}" with one of ${TOOLCHAIN_NAMES.join(", ")}`);
}

/** Installs as `npm start` does, except that CI's setting for an unchanged lockfile does not apply. */
async function install({ variables }: ToolchainContext): Promise<void> {
  const { code } = await runTool("node", ["scripts/install.mjs"], {
    variables: { ...variables, pnpm_config_frozen_lockfile: "false" },
    showOn: "stderr",
  });
  if (code !== 0) throw new UserFault("the toolchain is not changed: its packages could not be installed");
}

function toResult(chosen: Toolchain): z.infer<typeof ToolchainResult> {
  const toolchains = TOOLCHAIN_NAMES.map((name) => {
    const { summary, runtime } = TOOLCHAINS[name];
    const { date, what, source } = latestDeadline(name);
    return { name, summary, runtime, deadline: { date, what, source } };
  });
  return { toolchain: chosen, toolchains };
}

function toLines(chosen: Toolchain): string[] {
  return toTable(
    TOOLCHAIN_NAMES.map((name) => {
      const { summary, runtime } = TOOLCHAINS[name];
      return [name === chosen ? "*" : " ", name, summary, runtime, `until ${latestDeadline(name).date}`];
    }),
  );
}

function nextSteps(before: Toolchain): string[] {
  return [
    "",
    "Next: npm test, npx pipeline synth, and the plan of the first environment (docs/upgrading.md#toolchains).",
    "Commit pnpm-workspace.yaml and pnpm-lock.yaml together.",
    `To go back before a deployment: npx pipeline toolchain ${before}`,
  ];
}
