import { Argument } from "@commander-js/extra-typings";
import { ending, JSON_OUTPUT, newCommand, type ProgramContext } from "../program/command.ts";

/** `npx pipeline account` */
export function accountCommand(context: ProgramContext) {
  return newCommand("account", context, {
    summary: "deploy the stacks for Terraform state and GitHub Actions, once an account",
    description: `Runs CDKTF over the stacks that an AWS account has once, for all environments:
image-pipeline-state for Terraform's state, image-pipeline-ci for the roles of GitHub Actions.
Further options are passed on to CDKTF. With --json, CDKTF's own output goes to stderr.`,
    examples: [
      ["npx pipeline account deploy image-pipeline-state", ""],
      ["npx pipeline account diff image-pipeline-ci", "shows the changes of a deployment"],
      ["npx pipeline account output image-pipeline-ci --json", "the outputs, such as the ARNs of the roles"],
    ],
    exitCodes: "0 done, 1 failed, 2 wrong usage, 130 interrupted (Ctrl-C)",
  })
    .addArgument(
      new Argument("<action>", "what CDKTF does").choices([
        "deploy",
        "diff",
        "destroy",
        "list",
        "output",
        "synth",
      ] as const),
    )
    .addArgument(
      new Argument("[stacks...]", "image-pipeline-state or image-pipeline-ci, and CDKTF's options"),
    )
    .addOption(JSON_OUTPUT)
    .allowUnknownOption()
    .action(
      ending(context, async (action, stacks, options) => {
        const { account } = await import("../synth/account.ts");
        return account([action, ...stacks], options, context);
      }),
    );
}
