import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { toolchainNotice } from "@image-pipeline/schema/toolchains";
import { describe, expect, it } from "vitest";
import { toolchain } from "../src/toolchain.ts";
import { temporaryFolder } from "./deployments.ts";

/** A day on which the first toolchain has a deadline ahead. */
const NOW = new Date("2026-11-28T12:00Z");
const MAIN = join(import.meta.dirname, "../src/main.ts");

function synth(variables: Record<string, string>) {
  const outdir = join(temporaryFolder(), "cdktf.out");
  const env = { ...process.env, CDKTF_OUTDIR: outdir, ...variables };
  const { status, stderr, stdout } = spawnSync(process.execPath, [MAIN], { env, encoding: "utf8" });
  return { status, stderr, stdout, outdir };
}

describe("synth", () => {
  it("writes the stacks of the environment and prints their ids", () => {
    const { status, stdout, stderr, outdir } = synth({
      PIPELINE_ENVIRONMENT: "prod",
      SOURCE_DATE_EPOCH: String(NOW.getTime() / 1000),
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toBe(
      [
        `Synthesised the stacks of environment "prod" (us-east-1) into ${outdir}:`,
        "  image-pipeline-core-prod",
        "  image-pipeline-notifications-prod",
        "Reserves no concurrent executions: its functions share the account's (reserveConcurrency).",
        "Costs about 8.01 USD a month while idle (alarms 3.80, dashboards 3.00, keys 1.00, queue polling 0.12, audit metrics 0.09; list prices of us-east-1, January 2026, after SQS's free million requests).",
        'The alarms of "prod" notify nobody, which alarms.unattended allows: set alarms.email, topicArns, slack or teams.',
        ...toolchainNotice(toolchain, NOW),
        "For another environment, set PIPELINE_ENVIRONMENT (dev, prod).",
        "",
      ].join("\n"),
    );
    expect(existsSync(join(outdir, "stacks/image-pipeline-core-prod/cdk.tf.json"))).toBe(true);
  });

  it("refuses an unknown environment in one line and writes nothing", () => {
    const { status, stderr, outdir } = synth({ PIPELINE_ENVIRONMENT: "nowhere" });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^unknown environment "nowhere": pipeline\.config\.ts has .+\n$/);
    expect(existsSync(outdir)).toBe(false);
  });
});
