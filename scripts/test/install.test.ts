import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { waitFor } from "@image-pipeline/testing/progress";
import { expect, it } from "vitest";
import { copiedScript } from "./copied-script.ts";

const INSTALLS = 'echo "$@" >> installs; mkdir -p node_modules/.bin; touch node_modules/.bin/node';

/** A repository whose pnpm is a shell script that notes each install. */
function repository(pnpm = INSTALLS) {
  const copy = copiedScript(["install.mjs"], {
    "package.json": '{ "packageManager": "pnpm@0.0.0" }',
    "pnpm-lock.yaml": "lockfileVersion: '9.0'",
    "pnpm-workspace.yaml": "packages: [apps/*]",
    "apps/one/package.json": "{}",
    "patches/one.patch": "",
    ".cache/pnpm@0.0.0/node_modules/.bin/pnpm": pnpm,
  });
  const installs = () =>
    existsSync(join(copy.root, "installs"))
      ? readFileSync(join(copy.root, "installs"), "utf8").trim().split("\n")
      : [];
  return { ...copy, installs };
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

it("installs with the pnpm of package.json, and puts it on the PATH of every script", async () => {
  const { run, installs, root } = repository();
  expect(await run()).toEqual({
    code: 0,
    stdout: "",
    stderr: "installing dependencies: about 250 MB the first time\n",
  });
  expect(installs()).toEqual(["install --reporter=append-only"]);
  expect(existsSync(join(root, "node_modules/.bin/pnpm"))).toBe(true);
});

it("does nothing and prints nothing when nothing has changed", async () => {
  const { run, installs } = repository();
  await run();
  expect(await run()).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(installs()).toHaveLength(1);
});

it.each([
  "pnpm-lock.yaml",
  "pnpm-workspace.yaml",
  "apps/one/package.json",
  "apps/two/package.json",
  "patches/one.patch",
])("installs again after a change of %s", async (file) => {
  const { run, installs, write } = repository();
  await run();
  write(file, "{ }");
  await run();
  expect(installs()).toHaveLength(2);
});

it("shows the output of pnpm when the install fails, and tries again the next time", async () => {
  const { run, installs } = repository('echo again >> installs; echo "no space left on device"; exit 3');
  const { code, stderr } = await run();
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /no space left on device\nthe install failed: it ended with exit code 3: .*pnpm install/,
  );
  await run();
  expect(installs()).toHaveLength(2);
});

it("ends pnpm and itself on SIGTERM, and prints nothing about it", async () => {
  const { run, root } = repository("echo $$ > pid; kill -TERM $PPID; exec sleep 600");
  const { code, stderr } = await run();
  expect([code, stderr]).toEqual([143, "installing dependencies: about 250 MB the first time\n"]);
  const pid = Number(readFileSync(join(root, "pid"), "utf8"));
  await waitFor({ read: () => isRunning(pid), until: (running) => !running });
});

it("keeps pnpm's store in .cache when the home folder cannot be written to", async () => {
  const { run, installs, root } = repository();
  await run([], { HOME: "/nonexistent" });
  expect(installs()[0]).toContain(`--store-dir ${join(root, ".cache/pnpm-store")}`);
});

it("names the platforms when there is no Node.js for this one", async () => {
  const { run } = repository("mkdir -p node_modules/.bin");
  const { code, stderr } = await run();
  expect(code).toBe(1);
  expect(stderr).toContain("this project runs on Linux (glibc) and macOS, on x64 and arm64, not on");
});
