import { expect, test } from "vitest";
import { AnalysisRecipe, toAnalysisHash } from "../src/config.ts";

test("a recipe has the same hash in any order of its keys, and another has another", () => {
  const recipe = AnalysisRecipe.parse({});
  const { rules, moderation, labels, maxCallsPerImage } = recipe;
  expect(toAnalysisHash({ rules, moderation, maxCallsPerImage, labels })).toBe(toAnalysisHash(recipe));
  expect(toAnalysisHash({ ...recipe, rules: [] })).not.toBe(toAnalysisHash(recipe));
});

test("settings of the function that do the work belong to no recipe", () => {
  const recipe = AnalysisRecipe.parse({});
  expect(toAnalysisHash({ ...recipe, ...{ memoryMegabytes: 512 } })).toBe(toAnalysisHash(recipe));
});
