import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { synthesise } from "../src/synthesise.ts";
import { aDeployment, temporaryFolder } from "./deployments.ts";

const DEPLOY = readFileSync(join(import.meta.dirname, "../../../.github/workflows/deploy.yml"), "utf8");
const run = promisify(execFile);
const HASH = createHash("sha256").update("the reviewed plan").digest("hex");

/** Returns the script of a step. */
function scriptOf(name: string): string {
  const step = DEPLOY.slice(DEPLOY.indexOf(`- name: ${name}\n`));
  const [, script = ""] = /^ {8}run: \|\n((?: {10}.*\n)+)/m.exec(step) ?? [];
  if (script === "") throw new Error(`no step ${name}`);
  return script.replaceAll(/^ {10}/gm, "");
}

/** Runs a step's script as GitHub does, with programs that are short scripts. Returns its exit code and its folder. */
async function runStep(
  name: string,
  programs: Record<string, string>,
  variables: Record<string, string>,
  prepare: (folder: string) => void = () => {},
) {
  const cwd = temporaryFolder();
  prepare(cwd);
  mkdirSync(join(cwd, "bin"));
  for (const [program, script] of Object.entries(programs)) {
    writeFileSync(join(cwd, "bin", program), `#!/bin/sh\n${script}\n`);
    chmodSync(join(cwd, "bin", program), 0o755);
  }
  const env = {
    PATH: `${join(cwd, "bin")}:${process.env.PATH}`,
    GITHUB_REPOSITORY: "us/images",
    ...variables,
  };
  const done = await run("bash", ["-e", "-c", scriptOf(name)], { cwd, env }).then(
    () => ({ code: 0 }),
    (error) => z.object({ code: z.number() }).parse(error),
  );
  return { ...done, cwd };
}

describe("the step that gets the reviewed plans", () => {
  const get = (stored: string, REVIEWED: string) =>
    runStep(
      "Get the reviewed plans, and refuse any other",
      { aws: `printf "%s" "${stored}" > "$5"`, tar: "touch unpacked" },
      { PLANS: "s3://state/plan/prod/1.tar", STATE_REGION: "us-east-1", REVIEWED },
    );

  it("unpacks plans with the hash of the review", async () => {
    const { code, cwd } = await get("the reviewed plan", HASH);
    expect(code).toBe(0);
    expect(readFileSync(join(cwd, "unpacked"), "utf8")).toBe("");
  });

  it.each([
    ["other plans", "another plan", HASH],
    ["plans without a hash of the review", "the reviewed plan", ""],
  ])("refuses %s", async (_what, stored, hash) => {
    const { code, cwd } = await get(stored, hash);
    expect(code).not.toBe(0);
    expect(() => readFileSync(join(cwd, "unpacked"))).toThrow();
  });
});

describe("the step that looks at the GitHub environment", () => {
  const look = async (gh: string) =>
    (await runStep("Refuse an environment that any branch may deploy to", { gh }, { ENVIRONMENT: "prod" }))
      .code;

  it.each([
    ["allows an environment with a branch policy", "echo true", 0],
    ["refuses an environment without one", "echo false", 1],
    ["refuses an environment that does not exist", "echo not found >&2; exit 1", 1],
  ])("%s", async (_what, gh, code) => {
    expect(await look(gh)).toBe(code);
  });
});

it("the plans are hashed as they are stored, without the provider", async () => {
  const GITHUB_OUTPUT = join(temporaryFolder(), "output");
  const { code, cwd } = await runStep(
    "Keep the reviewed plans in the state bucket, and their hash in the run",
    {
      aws: `cp "$4" stored.tar`,
      tar: `[ "$1" = --exclude=.terraform ] && printf 'the reviewed plan' > "$3"`,
    },
    { ENVIRONMENT: "prod", PLANS: "s3://state/plan/prod/1.tar", STATE_REGION: "us-east-1", GITHUB_OUTPUT },
  );
  expect(code).toBe(0);
  expect(readFileSync(join(cwd, "stored.tar"), "utf8")).toBe("the reviewed plan");
  expect(readFileSync(GITHUB_OUTPUT, "utf8")).toBe(`prod=${HASH}\n`);
});

it("every stack of a deployment is applied: the core first, the notifications last", async () => {
  const parts = { workflow: { enabled: true }, delivery: { enabled: true } };
  const outdir = temporaryFolder();
  synthesise(aDeployment(parts), outdir);
  const { code, cwd } = await runStep(
    "Apply what was reviewed, the core first and the notifications last",
    { terraform: `[ "$2" = init ] || echo "\${1##*/}" >> applied` },
    {},
    (folder) => cpSync(join(outdir, "stacks"), join(folder, "stacks"), { recursive: true }),
  );
  const applied = readFileSync(join(cwd, "applied"), "utf8").trim().split("\n");
  expect(code).toBe(0);
  expect(applied).toHaveLength(readdirSync(join(outdir, "stacks")).length);
  expect([applied.at(0), applied.at(-1)]).toEqual(["image-pipeline-core", "image-pipeline-notifications"]);
});
