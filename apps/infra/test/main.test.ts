import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "./deployments.ts";

const MAIN = join(import.meta.dirname, "../src/main.ts");

function synth(variables: Record<string, string>) {
  const outdir = join(temporaryFolder(), "cdktf.out");
  const env = { ...process.env, CDKTF_OUTDIR: outdir, ...variables };
  const { status, stderr, stdout } = spawnSync(process.execPath, [MAIN], { env, encoding: "utf8" });
  return { status, stderr, stdout, outdir };
}

describe("synth", () => {
  it("writes the stacks of the environment it is asked for, and says nothing", () => {
    const { status, stdout, stderr, outdir } = synth({ PIPELINE_ENVIRONMENT: "local" });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(existsSync(join(outdir, "stacks/image-pipeline-core/cdk.tf.json"))).toBe(true);
  });

  it("refuses an environment that is not in the config, in one line, with nothing written", () => {
    const { status, stderr, outdir } = synth({ PIPELINE_ENVIRONMENT: "nowhere" });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^unknown environment "nowhere": pipeline\.config\.ts has .+\n$/);
    expect(existsSync(outdir)).toBe(false);
  });
});
