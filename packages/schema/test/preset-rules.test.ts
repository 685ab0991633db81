import { describe, expect, it } from "vitest";
import { definePipeline, type PipelineInput, Presets, recipeOf } from "../src/config.ts";

const preset = { width: 8, formats: ["webp" as const] };
const presets = { thumb: preset, small: preset, large: preset };
const limits = firstOf({ presets, environments: { dev: {} } }).limits;

function firstOf(input: PipelineInput) {
  const [first] = definePipeline(input).values();
  if (!first) throw new Error("no environment");
  return first;
}

describe("the presets of an image", () => {
  const rules = [
    { prefix: "avatars/staff/", presets: ["large", "thumb"] },
    { prefix: "avatars/", presets: ["thumb"] },
  ];
  const settings = { presets: Presets.parse(presets), presetRules: rules, limits };

  it.each([
    ["avatars/staff/a.jpg", ["thumb", "large"]],
    ["avatars/a.jpg", ["thumb"]],
    ["avatars", ["thumb", "small", "large"]],
    ["photos/avatars/a.jpg", ["thumb", "small", "large"]],
  ])("with the key %s are those of the first rule that matches, or all: %j", (key, names) => {
    expect(Object.keys(recipeOf(key, settings).presets)).toEqual(names);
  });

  it("are those of a last rule with an empty prefix for all other keys", () => {
    const presetRules = [...rules, { prefix: "", presets: ["small"] }];
    expect(Object.keys(recipeOf("photos/a.jpg", { ...settings, presetRules }).presets)).toEqual(["small"]);
  });
});

describe("presetRules", () => {
  const errorsOf = (
    presetRules: PipelineInput["presetRules"],
    environments: PipelineInput["environments"] = { dev: {} },
  ) => {
    try {
      definePipeline({ presets, presetRules, environments });
      return [];
    } catch (error) {
      return String(error).split("\n  ").slice(1);
    }
  };

  it.each([
    [
      [{ prefix: "a/", presets: ["thum"] }],
      'presetRules.0.presets.0: unknown preset "thum" (did you mean "thumb"?)',
    ],
    [[{ prefix: "a/", presets: [] }], "presetRules.0.presets: must be at least 1 in number"],
    [[{ prefix: "a/", presets: ["thumb", "thumb"] }], "presetRules.0.presets: must name each preset once"],
    [
      [
        { prefix: "a/", presets: ["thumb"] },
        { prefix: "a/b/", presets: ["large"] },
      ],
      'presetRules.1.prefix: must come before presetRules.0, whose prefix "a/" has every key of "a/b/"',
    ],
  ])("%j are rejected with one line for the error", (rules, line) => {
    expect(errorsOf(rules)).toEqual([line]);
  });

  it("can name a preset that one environment adds, in that environment", () => {
    const presetRules = [{ prefix: "a/", presets: ["hero"] }];
    const prod = { presets: { hero: preset }, presetRules };
    expect(errorsOf([], { dev: {}, prod })).toEqual([]);
    expect(errorsOf([], { dev: { presetRules } })).toEqual([
      'environments.dev.presetRules.0.presets.0: unknown preset "hero"',
    ]);
  });
});
