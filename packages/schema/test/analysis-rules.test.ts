import { expect, test } from "vitest";
import { AnalysisRecipe, analysisRecipeHash } from "../src/config.ts";

test("the same recipe has the same hash, whatever the order it is written in, and another has another", () => {
  const recipe = AnalysisRecipe.parse({});
  const { rules, moderation, labels } = recipe;
  expect(analysisRecipeHash({ rules, moderation, labels })).toBe(analysisRecipeHash(recipe));
  expect(analysisRecipeHash({ ...recipe, rules: [] })).not.toBe(analysisRecipeHash(recipe));
});

test("settings of the function that do the work belong to no recipe", () => {
  const recipe = AnalysisRecipe.parse({});
  expect(analysisRecipeHash({ ...recipe, ...{ memoryMegabytes: 512 } })).toBe(analysisRecipeHash(recipe));
});
