import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { ConfigError, pipelineFor } from "@image-pipeline/schema/config";
import { failures } from "./fail-on.ts";
import { parseOptions } from "./options.ts";
import { parsePlan } from "./plan.ts";
import { toMarkdown } from "./report/to-markdown.ts";
import { reviewPlans } from "./review.ts";
import { UserFault } from "./user-fault.ts";

/** The exit code of a plan that is refused, and of arguments that are wrong. */
const REFUSED = 1;
const MISUSED = 2;

async function main(): Promise<number> {
  const { files, failOn, environment } = parseOptions(process.argv.slice(2), process.env);
  const { default: pipelines } = await import("../../../pipeline.config.ts");
  const { load } = pipelineFor(pipelines, environment);
  const plans = files.map((file) => parsePlan(basename(file, ".json"), read(file)));
  const review = reviewPlans(plans, load);
  process.stdout.write(toMarkdown(review));
  const reasons = failures(review, failOn);
  if (reasons.length === 0) return 0;
  process.stderr.write(`refused for ${reasons.join(", ")}: see the review\n`);
  return REFUSED;
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new UserFault(`${file} cannot be read: name files that "terraform show -json PLAN" wrote`);
  }
}

process.exitCode = await main().catch((error: unknown) => {
  if (!(error instanceof UserFault || error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  return MISUSED;
});
