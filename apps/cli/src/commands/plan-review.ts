import { Argument } from "@commander-js/extra-typings";
import { ending, JSON_OUTPUT, newCommand, type ProgramContext } from "../program/command.ts";

/** `npx pipeline plan-review` */
export function planReviewCommand(context: ProgramContext) {
  return newCommand("plan-review", context, {
    summary: "review Terraform plans: data at risk, permissions, public access, cost",
    description:
      "Reads Terraform plans and writes a review as Markdown, for a pull request. It asks nothing of AWS.",
    examples: [
      ["terraform show -json PLAN > core.json", "writes what it reads"],
      ["npx pipeline plan-review core.json --environment prod", "the review of one stack"],
      ["npx pipeline plan-review *.json --fail-on destroy-data,public", "fails when one of these is found"],
    ],
    exitCodes: "0 done, 1 refused by --fail-on or failed, 2 wrong usage",
  })
    .addArgument(new Argument("<plans...>", 'files that "terraform show -json PLAN" wrote'))
    .option(
      "--fail-on <findings>",
      "exit with 1 for these, separated by commas: destroy-data, public, iam-wildcard, unknown-policy",
      "",
    )
    .option(
      "--environment <name>",
      "the environment whose expected load the cost is for (default: $PIPELINE_ENVIRONMENT, or dev)",
    )
    .option(
      "--stacks <folder>",
      "the synthesised stacks (cdktf.out/stacks): policies that are known only after apply are reviewed from them",
    )
    .addOption(JSON_OUTPUT)
    .action(
      ending(context, async (plans, options) => {
        const { planReview } = await import("../plan-review/plan-review.ts");
        return planReview(plans, options, context);
      }),
    );
}
