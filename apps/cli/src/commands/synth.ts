import { ending, JSON_OUTPUT, newCommand, type ProgramContext } from "../program/command.ts";

/** `npx pipeline synth`, which cdktf.json runs too. */
export function synthCommand(context: ProgramContext) {
  return newCommand("synth", context, {
    summary: "build the functions and write the Terraform of an environment",
    description:
      "Builds the functions and writes the Terraform JSON of an environment, without Terraform or credentials.\nThe environment variable CDKTF_OUTDIR chooses another folder than cdktf.out.",
    examples: [
      ["npx pipeline synth --environment prod", "writes cdktf.out/stacks/<stack>/cdk.tf.json"],
      ["npx cdktf diff image-pipeline-core", "runs this command itself"],
    ],
  })
    .option(
      "--environment <name>",
      "the environment of pipeline.config.ts (default: $PIPELINE_ENVIRONMENT, or dev)",
    )
    .addOption(JSON_OUTPUT)
    .action(
      ending(context, async (options) => {
        const { synth } = await import("../synth/synth.ts");
        return synth(options, context);
      }),
    );
}
