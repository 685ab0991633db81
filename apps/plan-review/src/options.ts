import { parseArgs } from "node:util";
import { FAIL_ON, type FailOn, isFailOn } from "./fail-on.ts";
import { UserFault } from "./user-fault.ts";

export interface Options {
  files: string[];
  failOn: FailOn[];
  environment: string;
}

export const USAGE = `usage: plan-review PLAN.json… [--fail-on ${Object.keys(FAIL_ON).join(",")}] [--environment NAME]`;

/** @throws {UserFault} when the arguments are not of the form that USAGE tells */
export function parseOptions(args: readonly string[], variables: NodeJS.ProcessEnv): Options {
  const { values, positionals } = parsed(args);
  if (positionals.length === 0) throw new UserFault(`no plan is named\n${USAGE}`);
  const names = (values["fail-on"] ?? "").split(",").filter((name) => name !== "");
  const unknown = names.filter((name) => !isFailOn(name));
  if (unknown.length > 0)
    throw new UserFault(
      `--fail-on knows no ${unknown.join(", ")}: it knows ${Object.keys(FAIL_ON).join(", ")}`,
    );
  return {
    files: positionals,
    failOn: names.filter(isFailOn),
    environment: values.environment ?? (variables.PIPELINE_ENVIRONMENT || "dev"),
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { "fail-on": { type: "string" }, environment: { type: "string" } },
    });
  } catch (error) {
    throw new UserFault(`${error instanceof Error ? error.message : error}\n${USAGE}`);
  }
}
