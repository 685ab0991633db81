import { Argument } from "@commander-js/extra-typings";
import { TOOLCHAIN_NAMES } from "@image-pipeline/schema/toolchains";
import { ending, JSON_OUTPUT, newCommand, type ProgramContext } from "../program/command.ts";

/** `npx pipeline toolchain` */
export function toolchainCommand(context: ProgramContext) {
  return newCommand("toolchain", context, {
    summary: "show or change the versions of CDKTF, the AWS provider and Node.js",
    description: `Shows the toolchains: sets of versions of CDKTF, of Terraform's AWS provider and of Lambda's Node.js runtime. With a
name, it changes the line "toolchain" of pnpm-workspace.yaml and installs the packages. AWS is not changed:
docs/upgrading.md#toolchains has the steps for a deployed pipeline.`,
    examples: [
      ["npx pipeline toolchain", "the toolchains, with their deadlines"],
      ["npx pipeline toolchain provider6", "installs AWS provider 6 and Node.js 24"],
      ["npx pipeline toolchain provider5", "goes back"],
    ],
  })
    .addArgument(new Argument("[name]", "the toolchain to use from now on").choices(TOOLCHAIN_NAMES))
    .addOption(JSON_OUTPUT)
    .action(
      ending(context, async (name, options) => {
        const { toolchain } = await import("../toolchain/toolchain.ts");
        return toolchain(name, options, context);
      }),
    );
}
