import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { definePipeline } from "@image-pipeline/schema/config";
import { describe, expect, it } from "vitest";
import { FAIL_ON } from "../../src/plan-review/fail-on.ts";
import { run } from "../run.ts";

const PIPELINES = definePipeline({
  presets: { thumb: { width: 10, formats: ["webp"] } },
  environments: { dev: {}, prod: { uploads: { existingBucket: "team-uploads" } } },
});
const plan = (name: string) => join(import.meta.dirname, "plans", `${name}.json`);

async function planReview(...args: string[]) {
  const { code, out, error } = await run(["plan-review", ...args], { pipelines: PIPELINES });
  return { code, out: out.join("\n"), error };
}

describe("plan-review", () => {
  it("writes the comment and nothing else", async () => {
    expect(await planReview(plan("unchanged"), "--fail-on", "destroy-data,public,iam-wildcard")).toEqual({
      code: 0,
      out: "<!-- image-pipeline plan review -->\nNo changes to `unchanged`.",
      error: [],
    });
  });

  it("ends with 1 for a plan that is refused, after it wrote the comment", async () => {
    const refusing = ["--fail-on", "destroy-data,iam-wildcard"];
    const { code, out, error } = await planReview(plan("dangerous"), plan("widened"), ...refusing);
    expect({ code, error }).toEqual({
      code: 1,
      error: ["refused for destroy-data, iam-wildcard: see the review"],
    });
    expect(out).toContain("### Data at risk");
  });

  it("refuses the first notification of an existing bucket, which replaces those of others", async () => {
    const change = {
      actions: ["create"],
      before: null,
      after: { bucket: "team-uploads" },
      after_unknown: {},
    };
    const type = "aws_s3_bucket_notification";
    const file = join(await mkdtemp(join(tmpdir(), "plan-")), "notifications.json");
    const resource_changes = [{ address: `${type}.It`, type, change }];
    await writeFile(file, JSON.stringify({ format_version: "1.2", resource_changes }));
    const { code, out } = await planReview(file, "--environment", "prod", "--fail-on", "destroy-data");
    expect(code).toBe(1);
    expect(out).toContain(
      "**REPLACES** every notification of the existing bucket `team-uploads`, EventBridge's included: `aws s3api get-bucket-notification-configuration --bucket team-uploads` shows them",
    );
    expect((await planReview(file, "--environment", "dev", "--fail-on", "destroy-data")).code).toBe(0);
  });

  it("writes the review as JSON", async () => {
    const { json } = await run(["plan-review", plan("dangerous"), "--fail-on", "destroy-data", "--json"], {
      pipelines: PIPELINES,
    });
    expect(json).toMatchObject([{ counts: { replace: 8 }, refusedFor: ["destroy-data"] }]);
  });

  it("names in its help every finding that it can fail on", async () => {
    const { out } = await run(["plan-review", "--help"]);
    for (const name of Object.keys(FAIL_ON)) expect(out.join(" ")).toContain(name);
  });

  it.each<[string, number, string[], RegExp]>([
    ["no plan", 2, [], /^plan-review: missing required argument 'plans'/],
    ["a file that does not exist", 1, ["nowhere.json"], /^plan-review: nowhere\.json cannot be read: /],
    [
      "a file that is not a plan",
      1,
      [join(import.meta.dirname, "../../package.json")],
      /^plan-review: package is not a plan as JSON: /,
    ],
    [
      "an unknown finding",
      2,
      [plan("created"), "--fail-on", "pubic"],
      /^plan-review: --fail-on does not know "pubic": did you mean "public"\?/,
    ],
    ["an unknown option", 2, [plan("created"), "--force"], /^plan-review: unknown option '--force'/],
    [
      "an unknown environment",
      2,
      [plan("created"), "--environment", "moon"],
      /^plan-review: unknown environment "moon": pipeline\.config\.ts has dev, prod$/,
    ],
  ])("reports %s in one line, with %i", async (_name, code, args, message) => {
    const ended = await planReview(...args);
    expect(ended).toEqual({ code, out: "", error: [expect.stringMatching(message)] });
  });
});
