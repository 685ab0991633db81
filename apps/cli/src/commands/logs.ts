import { Option } from "@commander-js/extra-typings";
import { USAGE, UserFault } from "@image-pipeline/schema/user-fault";
import { ENDPOINT, ENVIRONMENT } from "../connection/target.ts";
import { ending, JSON_OUTPUT, newCommand, type ProgramContext } from "../program/command.ts";

const SINCE = new Option("--since <time>", "how far back, as in 30m, 1h or 2d")
  .argParser(toSeconds("--since"))
  .default(3600, "1h");

/** `npx pipeline logs` */
export function logsCommand(context: ProgramContext) {
  return newCommand("logs", context, {
    summary: "show what the functions logged, such as about one key",
    description: `Shows what the functions logged: locally from the log folder of the runtime, on AWS from CloudWatch
Logs.`,
    examples: [
      ["npx pipeline logs --key photos/a.jpg", "what happened to one image"],
      ["npx pipeline logs --follow --environment prod", "new lines, until Ctrl-C"],
      ["npx pipeline logs --function worker --since 10m", "one function"],
    ],
    exitCodes: "0 done, or --follow ended by Ctrl-C, 1 failed, 2 wrong usage",
  })
    .addOption(ENDPOINT)
    .addOption(ENVIRONMENT)
    .option("--key <key>", "only lines about this object")
    .option("--function <name>", "only this function, such as worker")
    .addOption(SINCE)
    .option("--follow", "then show new lines as they come, until Ctrl-C")
    .addOption(JSON_OUTPUT)
    .action(
      ending(context, async (options) => {
        const { logs } = await import("../logs/logs.ts");
        return logs(options, context);
      }),
    );
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * Parses a duration such as `30m`.
 *
 * @param option as in `--since`
 * @throws {UserFault} when it is not a duration
 */
export function toSeconds(option: string): (text: string) => number {
  return (text) => {
    const [, count, unit = ""] = /^(\d+)([smhd])$/.exec(text) ?? [];
    const seconds = UNITS[unit];
    if (seconds !== undefined && Number(count) > 0) return Number(count) * seconds;
    throw new UserFault(`${option} must be a time such as 30m, 1h or 2d, got "${text}"`, USAGE);
  };
}
