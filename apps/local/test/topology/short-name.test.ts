import { expect, it } from "vitest";
import { toShortName } from "../../src/topology/topology.ts";

const named = (...names: string[]) => names.map((name) => ({ name }));

it("leaves out the parts that all function names share", () => {
  const functions = named("image-pipeline-local-worker", "image-pipeline-local-workflow-render");
  expect(functions.map(({ name }) => toShortName(name, functions))).toEqual(["worker", "workflow-render"]);
});

it("keeps the whole name of a function that is alone", () => {
  expect(toShortName("my-worker", named("my-worker"))).toBe("my-worker");
});
