import { Option } from "@commander-js/extra-typings";
import { ENDPOINT, ENVIRONMENT } from "../connection/target.ts";
import { ending, JSON_OUTPUT, newCommand, type ProgramContext } from "../program/command.ts";
import { toSeconds } from "./logs.ts";

/** `npx pipeline explain` */
export function explainCommand(context: ProgramContext) {
  return newCommand("explain", context, {
    summary: "tell everything that happened to one image, its state, and the next command",
    description: `Tells everything that happened to one image: uploads, messages, attempts, manifests, dead letters. On AWS it runs
one query of CloudWatch Logs Insights and says its price.`,
    examples: [
      ["npx pipeline explain photos/a.jpg", "a customer says that this photo is missing"],
      ["npx pipeline explain photos/a.jpg --environment prod", "the same on AWS"],
      ["npx pipeline explain photos/a.jpg --upload ETAG", "one earlier upload of the key"],
    ],
    exitCodes: `0 the pipeline did its work or is at it, 1 unknown key, failed or with a problem, 2 wrong usage`,
  })
    .argument("<key>", "the object's key in the upload bucket")
    .addOption(ENDPOINT)
    .addOption(ENVIRONMENT)
    .option("--upload <id>", "the eTag or version id of one upload (default: the newest)")
    .addOption(
      new Option(
        "--since <time>",
        "how far back logs are searched, as in 1h or 2d (default: to the newest upload, at most 30d)",
      ).argParser(toSeconds("--since")),
    )
    .addOption(JSON_OUTPUT)
    .action(
      ending(context, async (key, options) => {
        const { explain } = await import("../explain/explain.ts");
        return explain(key, options, context);
      }),
    );
}
