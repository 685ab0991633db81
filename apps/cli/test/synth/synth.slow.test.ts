import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadPipelines } from "@image-pipeline/schema/load";
import { beforeEach, describe, expect, test } from "vitest";
import { run } from "../run.ts";

let outdir: string;
beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), "synth-test-"));
  return () => rmSync(outdir, { recursive: true });
});

async function synth(...argv: string[]) {
  const variables = { ...process.env, CDKTF_OUTDIR: outdir };
  return run(["synth", ...argv], { variables, pipelines: await loadPipelines() });
}

describe("synth", () => {
  test("prints the ids of the stacks, which end in the environment's name, for CDKTF's command line", async () => {
    const { code, out } = await synth("--environment", "prod");
    expect(code).toBe(0);
    expect(out.slice(0, 3)).toEqual([
      expect.stringMatching(/^Synthesised the stacks of environment "prod" \(.+\) into .+:$/),
      "  image-pipeline-core-prod",
      "  image-pipeline-notifications-prod",
    ]);
  });

  test("writes the environment, the folder and the ids as JSON with --json", async () => {
    const { json } = await synth("--json", "--environment", "dev");
    const stacks = ["image-pipeline-core", "image-pipeline-notifications"];
    expect(json).toEqual([{ environment: "dev", folder: join(outdir, "stacks"), stacks }]);
    for (const stack of stacks) expect(existsSync(join(outdir, "stacks", stack, "cdk.tf.json"))).toBe(true);
  });
});
