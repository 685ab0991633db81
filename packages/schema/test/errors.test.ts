import { expect, test } from "vitest";
import { DISPOSITIONS } from "../src/processing.ts";
import { WORKFLOW_ERRORS } from "../src/workflow.ts";

test("every error code is one of the workflow's errors, in the group of its disposition", () => {
  const { transient, permanent, hopeless } = WORKFLOW_ERRORS;
  const groups = { retry: transient, stale: permanent, hopeless };
  for (const [code, disposition] of Object.entries(DISPOSITIONS)) {
    const found = Object.entries(groups).filter(([, names]) => names.some((name) => name === code));
    expect([code, found.map(([group]) => group)]).toEqual([code, [disposition]]);
  }
});

test("a rejection is the only error of the workflow that is not an error code", () => {
  const names: string[] = Object.values(WORKFLOW_ERRORS).flat();
  expect(names.filter((name) => !(name in DISPOSITIONS))).toEqual(["IMAGE_REJECTED"]);
});
