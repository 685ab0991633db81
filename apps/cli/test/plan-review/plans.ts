import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Attributes, type Change, type Plan, parsePlan } from "../../src/plan-review/plan.ts";
import { toMarkdown } from "../../src/plan-review/report/to-markdown.ts";
import { reviewPlans } from "../../src/plan-review/review.ts";

export const LOAD = {
  imagesPerMonth: 100_000,
  workerSecondsPerImage: 1.5,
  analyzerSecondsPerImage: 1,
  workflowShare: 0.1,
  renditionsPerImage: 10,
  rekognitionCallsPerImage: 2,
  deliveriesPerMonth: 1_000_000,
  kilobytesPerDelivery: 50,
};

/** A plan that Terraform made of these stacks, less the resources that are not the point. */
export function realPlan(name: string): Plan {
  return parsePlan(
    "image-pipeline-core",
    readFileSync(join(import.meta.dirname, "plans", `${name}.json`), "utf8"),
  );
}

/** A change of only one resource. */
export function aChange(type: string, before: Attributes | null, after: Attributes | null): Change {
  const action = before === null ? "create" : after === null ? "destroy" : "update";
  return { address: `${type}.it`, type, action, before, after, unknown: new Set(), replacedFor: [] };
}

export function reviewOf(...changes: Change[]) {
  return reviewPlans([{ stack: "image-pipeline-core", changes, unchanged: [] }], LOAD);
}

export function markdownOf(...plans: Plan[]): string {
  return toMarkdown(reviewPlans(plans, LOAD));
}

/** A section of the comment, line by line. */
export function section(markdown: string, title: string): string[] {
  const [, after = ""] = markdown.split(`### ${title}\n\n`);
  return (after.split("\n\n")[0] ?? "").split("\n");
}

export function policy(...statements: object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}
