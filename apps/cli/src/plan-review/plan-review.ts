import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { UserFault } from "@image-pipeline/schema/user-fault";
import { environmentOf } from "../connection/connect.ts";
import type { Context } from "../program/context.ts";
import { DONE, FOUND_OR_FAILED } from "../program/exit-codes.ts";
import { toLoad } from "./cost/load.ts";
import { failures, toFailOn } from "./fail-on.ts";
import { parsePlan } from "./plan.ts";
import { toMarkdown } from "./report/to-markdown.ts";
import { type Review, reviewPlans } from "./review.ts";
import { withSynthesisedPolicies } from "./synthesised.ts";

export interface PlanReviewOptions {
  /** Names separated by commas. */
  failOn: string;
  environment?: string | undefined;
  /** A folder with `<stack>/cdk.tf.json`, for the policies that a plan does not know. */
  stacks?: string | undefined;
  json?: boolean | undefined;
}

/** @throws {UserFault} when a file is not a plan, or a name is unknown */
export async function planReview(
  files: readonly string[],
  options: PlanReviewOptions,
  { terminal, pipelines, variables }: Context,
): Promise<number> {
  const failOn = toFailOn(options.failOn);
  const environment = options.environment ?? (variables.PIPELINE_ENVIRONMENT || "dev");
  const pipeline = environmentOf(await pipelines(), environment);
  const plans = files.map((file) => {
    const plan = parsePlan(basename(file, ".json"), read(file));
    if (options.stacks === undefined) return plan;
    return withSynthesisedPolicies(plan, read(join(options.stacks, plan.stack, "cdk.tf.json")));
  });
  const review = reviewPlans(plans, toLoad(pipeline), pipeline.uploads.existingBucket);
  const refusedFor = failures(review, failOn);
  if (options.json) terminal.json(withoutValues(review, refusedFor));
  else terminal.out(toMarkdown(review).trimEnd().split("\n"));
  if (refusedFor.length === 0) return DONE;
  terminal.note(`refused for ${refusedFor.join(", ")}: see the review`);
  return FOUND_OR_FAILED;
}

/** The changes without the values of attributes, which may be secret. */
function withoutValues({ stacks, ...review }: Review, refusedFor: readonly string[]): object {
  const named = stacks.map(({ stack, changes }) => ({
    stack,
    changes: changes.map(({ address, type, action, replacedFor }) => ({
      address,
      type,
      action,
      replacedFor,
    })),
  }));
  return { stacks: named, ...review, refusedFor };
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new UserFault(
      `${file} cannot be read: name files that "terraform show -json PLAN" wrote, and with --stacks the folder of the synthesised stacks`,
    );
  }
}
