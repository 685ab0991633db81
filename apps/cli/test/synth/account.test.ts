import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@image-pipeline/local/clock";
import { beforeEach, describe, expect, test } from "vitest";
import { account } from "../../src/synth/account.ts";
import type { runTool } from "../../src/synth/run-tool.ts";
import { PIPELINES } from "../fauxqs-pipeline.ts";
import { expectPublished } from "../run.ts";

const OUTPUTS = { "image-pipeline-state": { state_bucket: "image-pipeline-terraform-state-111122223333" } };

let outdir: string;
beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), "account-test-"));
  mkdirSync(join(outdir, "stacks/image-pipeline-state"), { recursive: true });
  return () => rmSync(outdir, { recursive: true });
});

/** Runs the command with a CDKTF that writes these outputs. */
async function run(argv: Parameters<typeof account>[0], json: boolean, outputs: object | null = OUTPUTS) {
  const calls: { args: readonly string[]; showOn: string | undefined }[] = [];
  const results: unknown[] = [];
  const cdktf: typeof runTool = async (_command, args, { showOn }) => {
    calls.push({ args, showOn });
    const file = args[args.indexOf("--outputs-file") + 1];
    if (args.includes("--outputs-file") && file && outputs) writeFileSync(file, JSON.stringify(outputs));
    return { code: argv.includes("nowhere") ? 1 : 0, output: "" };
  };
  const context = {
    terminal: {
      out: () => {},
      json: (value: unknown) => void results.push(value),
      note: () => {},
      status: () => {},
    },
    signal: new AbortController().signal,
    variables: {},
    clock: systemClock,
    random: Math.random,
    pipelines: async () => PIPELINES,
    runtimes: async () => [],
    confirm: null,
  };
  const code = await account(argv, { json }, context, { run: cdktf, outdir });
  for (const result of results) expectPublished(["account"], result);
  return { code, calls, results };
}

describe("account --json", () => {
  test("writes the outputs of the stacks after a deployment, and CDKTF's own text to stderr", async () => {
    const { code, calls, results } = await run(["deploy", "image-pipeline-state"], true);
    expect({ code, showOn: calls[0]?.showOn, results }).toEqual({
      code: 0,
      showOn: "stderr",
      results: [
        {
          action: "deploy",
          folder: join(outdir, "stacks"),
          stacks: ["image-pipeline-state"],
          outputs: OUTPUTS,
        },
      ],
    });
  });

  test("writes empty outputs when no stack has any", async () => {
    const { results } = await run(["output", "image-pipeline-state"], true, null);
    expect(results).toMatchObject([{ action: "output", outputs: {} }]);
  });

  test("writes no outputs after other actions", async () => {
    const { results, calls } = await run(["synth"], true);
    expect(results).toMatchObject([{ stacks: ["image-pipeline-state"], outputs: null }]);
    expect(calls[0]?.args).not.toContain("--outputs-file");
  });

  test("writes nothing and ends with 1 when CDKTF fails", async () => {
    expect(await run(["deploy", "nowhere"], true)).toMatchObject({ code: 1, results: [] });
  });
});

test("account without --json shows CDKTF on the terminal", async () => {
  const { calls, results } = await run(["deploy", "image-pipeline-state"], false);
  expect({ showOn: calls[0]?.showOn, results }).toEqual({ showOn: "stdout", results: [] });
});
