import { Option } from "@commander-js/extra-typings";
import { ending, JSON_OUTPUT, newCommand, type ProgramContext } from "../program/command.ts";
import { numberOf } from "../program/to-number.ts";

const MOST_IMAGES = 100_000_000;

/** `npx pipeline capacity` */
export function capacityCommand(context: ProgramContext) {
  const count = (option: string) => numberOf(option, { least: 0, most: MOST_IMAGES, whole: true });
  return newCommand("capacity", context, {
    summary: "how long images take under a load, and which limit is reached first",
    description: `Simulates an hour of uploads and a burst at its start, for pipeline.config.ts and AWS's default quotas, with
the execution times of "npx pipeline cost". It asks nothing of AWS. docs/scale.md has the model.`,
    examples: [
      ["npx pipeline capacity --images-per-hour 20000 --burst 5000", "the settings of the first environment"],
      ["npx pipeline capacity --images-per-hour 500000 --environment prod --json", "one line of JSON"],
      ["npx pipeline capacity --burst 1000 --account-concurrency 10", "a new AWS account"],
    ],
    exitCodes: "0 done, 1 the load is too much or it failed, 2 wrong usage, 130 interrupted (Ctrl-C)",
  })
    .addOption(
      new Option("--images-per-hour <n>", "uploads per hour")
        .argParser(count("--images-per-hour"))
        .default(1000),
    )
    .addOption(new Option("--burst <n>", "uploads at once").argParser(count("--burst")).default(0))
    .addOption(
      new Option("--account-concurrency <n>", "concurrent executions that Lambda allows the account")
        .argParser(numberOf("--account-concurrency", { least: 1, most: 1_000_000, whole: true }))
        .default(1000),
    )
    .option("--environment <name>", "an environment of pipeline.config.ts")
    .addOption(JSON_OUTPUT)
    .action(
      ending(context, async (options) => {
        const { capacity } = await import("../capacity/capacity.ts");
        return capacity(options, context);
      }),
    );
}
