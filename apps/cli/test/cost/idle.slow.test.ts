import { loadPipelines } from "@image-pipeline/schema/load";
import { expect, test } from "vitest";
import { CostReport } from "../../src/cost/json.ts";
import { run } from "../run.ts";

test("shows the idle cost apart, from the stacks of the environment", async () => {
  const { code, json } = await run(["cost", "--json"], {
    variables: process.env,
    pipelines: await loadPipelines(),
  });
  const { idlePerMonth } = CostReport.parse(json[0]);
  expect({ code, parts: idlePerMonth?.parts.map(({ part }) => part) }).toEqual({
    code: 0,
    parts: expect.arrayContaining(["keys", "queue polling"]),
  });
});
