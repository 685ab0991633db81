import { ENDPOINT, ENVIRONMENT } from "../connection/target.ts";
import { ending, JSON_OUTPUT, newCommand, type ProgramContext } from "../program/command.ts";
import { numberOf } from "../program/to-number.ts";

/** `npx pipeline backfill` */
export function backfillCommand(context: ProgramContext) {
  return newCommand("backfill", context, {
    summary: "render existing images again, such as after a change of presets",
    description: `Compares the upload bucket with the manifests, then publishes an image.uploaded event on the
backfill lane for each image. That lane has its own queue and workers (backfill in
pipeline.config.ts), so new uploads do not wait for it. Without --only-stale it publishes every
image, for a new subscriber; the workers skip images that are current.

Ctrl-C stops it after the current batch; the same command continues from there.`,
    examples: [
      ["npx pipeline backfill --only-stale --dry-run", "the images that a changed preset affects"],
      ["npx pipeline backfill --only-stale --wait", "render them, and wait for the last one"],
      ["npx pipeline backfill --prefix photos/2024/ --environment prod", ""],
    ],
  })
    .addOption(ENDPOINT)
    .addOption(ENVIRONMENT)
    .option("--prefix <prefix>", "only keys that begin with this", "")
    .option(
      "--only-stale",
      "only images without a current manifest: none, of an older source, or made by other settings",
    )
    .option("--dry-run", "report the plan with its time and cost, and do nothing")
    .option("--rate <n>", "maximum events per second", numberOf("--rate", { least: 0.1, most: 10_000 }), 50)
    .option("--wait", "wait until all published events have been processed")
    .option("--restart", "start over instead of continuing after the last interrupted run")
    .option(
      "--state-file <file>",
      "file for the position of an interrupted run (default: one for each kind of run)",
    )
    .addOption(JSON_OUTPUT)
    .action(
      ending(context, async (options) => {
        const { backfill } = await import("../backfill/backfill.ts");
        return backfill(options, context);
      }),
    );
}
