import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const MAIN = join(import.meta.dirname, "../src/main.ts");
const plan = (name: string) => join(import.meta.dirname, "plans", `${name}.json`);

function planReview(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], { encoding: "utf8" });
  return { status, stdout, stderr };
}

describe("plan-review", () => {
  it("writes the comment and nothing else", () => {
    expect(planReview(plan("unchanged"), "--fail-on", "destroy-data,public,iam-wildcard")).toEqual({
      status: 0,
      stdout: "<!-- image-pipeline plan review -->\nNo changes: `unchanged` stand as the sources say.\n",
      stderr: "",
    });
  });

  it("ends with 1 for a plan that is refused, its comment written all the same", () => {
    const { status, stdout, stderr } = planReview(
      plan("dangerous"),
      plan("widened"),
      "--fail-on",
      "destroy-data,iam-wildcard",
    );
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: "refused for destroy-data, iam-wildcard: see the review\n",
    });
    expect(stdout).toContain("### Data at risk");
  });

  it.each<[string, string[], RegExp]>([
    ["no plan", [], /^no plan is named\nusage: /],
    ["a file that is not there", ["nowhere.json"], /^nowhere\.json cannot be read: /],
    [
      "a file that is no plan",
      [join(import.meta.dirname, "../package.json")],
      /^package is not a plan as JSON: /,
    ],
    [
      "a reason it does not know",
      [plan("created"), "--fail-on", "cost"],
      /^--fail-on knows no cost: it knows destroy-data, /,
    ],
    ["an option it does not know", [plan("created"), "--force"], /^Unknown option '--force'/],
    [
      "an environment that is not there",
      [plan("created"), "--environment", "moon"],
      /^unknown environment "moon"/,
    ],
  ])("ends with 2 for %s, in plain words", (_name, args, message) => {
    const { status, stdout, stderr } = planReview(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain("    at ");
  });
});
