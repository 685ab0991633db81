export { FAIL_ON, type FailOn, failures } from "./fail-on.ts";
export { type Plan, parsePlan } from "./plan.ts";
export { toMarkdown } from "./report/to-markdown.ts";
export { type Review, reviewPlans } from "./review.ts";
