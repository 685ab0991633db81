import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { startProgram } from "../../src/progress/index.ts";
import { MUTATIONS } from "./mutations.ts";
import { findSites } from "./sites.ts";

const Verdicts = z.array(z.object({ name: z.string(), passed: z.number(), failed: z.number() }));
let verdicts: z.infer<typeof Verdicts>;

/** One run for all mutants. */
beforeAll(async () => {
  const script = join(import.meta.dirname, "run-mutants.ts");
  const { code, stdout, stderr } = await startProgram(script, []).ended;
  if (code !== 0) throw new Error(`the mutants cannot be run: ${stderr}`);
  verdicts = Verdicts.parse(JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? ""));
});

const verdictOf = (name: string) => verdicts.find((verdict) => verdict.name === name);

test("the tests pass without a mutation", () => {
  expect(verdictOf("original")).toMatchObject({ passed: expect.any(Number), failed: 0 });
  expect(verdictOf("original")?.passed).toBeGreaterThan(100);
});

test.each(MUTATIONS)("a test fails because of $name", ({ name }) => {
  expect(verdictOf(name)?.failed).toBeGreaterThan(0);
});

test("every marked line has a mutation", () => {
  expect([...findSites().keys()].toSorted()).toEqual(
    [...new Set(MUTATIONS.map(({ site }) => site))].toSorted(),
  );
});
