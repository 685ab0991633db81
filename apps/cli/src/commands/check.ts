import { Option } from "@commander-js/extra-typings";
import { ENDPOINT, ENVIRONMENT } from "../connection/target.ts";
import { ending, JSON_OUTPUT, newCommand, type ProgramContext } from "../program/command.ts";
import { numberOf } from "../program/to-number.ts";

const SAMPLE = new Option("--sample <n>", "compare the SHA-256 of this many renditions, chosen at random")
  .argParser(numberOf("--sample", { least: 0, most: 100_000, whole: true }))
  .default(100);

const INVENTORY = new Option(
  "--inventory <manifests...>",
  "the manifest.json of an S3 inventory of each bucket (CSV), local or s3://, instead of listing them",
);

/** `npx pipeline check` */
export function checkCommand(context: ProgramContext) {
  return newCommand("check", context, {
    summary: "find missing, orphaned or corrupt manifests and renditions, and repair them",
    description: "Compares sources, manifests and renditions, and reports missing, orphaned or corrupt ones.",
    examples: [
      ["npx pipeline check", "the local runtime, 100 renditions compared by their bytes"],
      ["npx pipeline check --all --environment prod", "downloads every rendition of prod"],
      ["npx pipeline check --repair --wait", "repair all problems, and wait for the result"],
      [
        "npx pipeline check --environment prod --inventory s3://inventories/uploads/…/manifest.json processed/manifest.json",
        "",
      ],
    ],
    exitCodes: `0 no problems found, 1 problems found (also when they are being repaired) or the check failed,
2 wrong usage, 130 interrupted (Ctrl-C)`,
  })
    .addOption(ENDPOINT)
    .addOption(ENVIRONMENT)
    .option("--prefix <prefix>", "only sources whose key begins with this", "")
    .addOption(SAMPLE)
    .addOption(INVENTORY)
    .addOption(
      new Option("--all", "compare the SHA-256 of every rendition, which downloads them all").conflicts(
        "sample",
      ),
    )
    .option(
      "--grace <minutes>",
      "ignore younger objects: they may still be in progress",
      numberOf("--grace", { least: 0 }),
      60,
    )
    .option("--repair", "publish missing or corrupt images on the backfill lane, and remove orphans")
    .addOption(
      new Option("--wait", "with --repair: wait until all published events have been processed").implies({
        repair: true,
      }),
    )
    .addOption(JSON_OUTPUT)
    .action(
      ending(context, async (options) => {
        const { check } = await import("../check/check.ts");
        return check(options, context);
      }),
    );
}
