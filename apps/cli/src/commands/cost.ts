import { Option } from "@commander-js/extra-typings";
import { ending, JSON_OUTPUT, newCommand, type ProgramContext } from "../program/command.ts";
import { numberOf } from "../program/to-number.ts";

/** `npx pipeline cost` */
export function costCommand(context: ProgramContext) {
  return newCommand("cost", context, {
    summary: "price of a million images by part, and the changes that would save most",
    description: `Calculates the price of a million images for pipeline.config.ts at AWS's list prices, without free tiers and
discounts, from the stored measurement of "npx pipeline bench cost". Every flag from --formats on asks
"what if", and changes nothing. With --environment the real usage of its last 30 days is beside the
estimate, as far as CloudWatch has metrics of it.`,
    examples: [
      ["npx pipeline cost", "the settings of the first environment"],
      ["npx pipeline cost --formats avif,jpeg --memory 1024", "the same with other settings"],
      ["npx pipeline cost --environment prod --json", "with the real usage of prod"],
    ],
    exitCodes: "0 done, 1 failed, 2 wrong usage, 130 interrupted (Ctrl-C)",
  })
    .option("--environment <name>", "an environment that is deployed to AWS, for its real usage")
    .option("--formats <names>", "these formats for every preset, separated by commas")
    .option("--presets <names>", "these presets alone, separated by commas")
    .addOption(new Option("--architecture <cpu>", "the CPU").choices(["arm64", "x86_64"] as const))
    .option(
      "--memory <megabytes>",
      "the worker's memory size",
      numberOf("--memory", { least: 128, most: 10_240, whole: true }),
    )
    .addOption(new Option("--encryption <kind>", "the encryption").choices(["kms", "sse-s3"] as const))
    .addOption(new Option("--xray <switch>", "traces of AWS X-Ray").choices(["on", "off"] as const))
    .option(
      "--batch-size <n>",
      "messages of one invocation of the worker",
      numberOf("--batch-size", { least: 1, most: 10, whole: true }),
    )
    .option("--region <name>", "the region of the prices")
    .option("--no-idle", "leave out the idle cost, for which the stacks are synthesised")
    .addOption(JSON_OUTPUT)
    .action(
      ending(context, async (options) => {
        const { cost } = await import("../cost/cost.ts");
        return cost(options, context);
      }),
    );
}
