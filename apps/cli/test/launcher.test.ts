import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";

const PIPELINE = join(import.meta.dirname, "../bin/pipeline.mjs");
const ROOT = join(import.meta.dirname, "../../..");
/** Lets the launcher take this Node.js for an older one; the one that it starts has no such option. */
const AS_OLD = [
  "--import",
  `data:text/javascript,Object.defineProperty(process.versions,"node",{value:"20.0.0"})`,
];

function launch(args: readonly string[], options: readonly string[] = [], launcher = PIPELINE) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...options, launcher, ...args], {
    encoding: "utf8",
    cwd: ROOT,
  });
  return { status, stdout, stderr };
}

describe("the launcher", () => {
  test("passes arguments, output and the exit code on", () => {
    expect(launch(["dlq", "shw"])).toEqual({
      status: 2,
      stdout: "",
      stderr: expect.stringMatching(/^dlq: unknown command "dlq shw": did you mean "show"\?/),
    });
  });

  test("starts itself again on the workspace's Node.js when an older one runs it", () => {
    const direct = launch(["--help"]);
    expect(direct).toMatchObject({ status: 0, stderr: "" });
    expect(launch(["--help"], AS_OLD)).toEqual(direct);
    expect(launch(["dlq", "shw"], AS_OLD)).toMatchObject({ status: 2, stdout: "" });
  });

  test("names the command that installs when nothing is installed", () => {
    const folder = mkdtempSync(join(tmpdir(), "launcher-test-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const launcher = join(folder, "apps/cli/bin/pipeline.mjs");
    mkdirSync(join(folder, "apps/cli/bin"), { recursive: true });
    copyFileSync(PIPELINE, launcher);
    expect(launch([], AS_OLD, launcher)).toEqual({
      status: 1,
      stdout: "",
      stderr: "pipeline: the packages are not installed: run `npm start` once\n",
    });
  });

  test("loads no SDK, no schema and no image engine for its help", () => {
    const trace = ["--import", `data:text/javascript,${encodeURIComponent(TRACE)}`];
    const { stderr } = launch(["check", "--help"], trace);
    expect(stderr).toMatch(/commander/);
    expect(stderr).not.toMatch(/aws-sdk|\/zod\/|sharp|fauxqs/);
  });
});

/** Writes the URL of every module that is loaded to stderr. */
const TRACE = `
import { registerHooks } from "node:module";
registerHooks({ load(url, context, next) { process.stderr.write(url + "\\n"); return next(url, context); } });
`;
