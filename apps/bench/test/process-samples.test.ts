import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { cpuByRole, type ProcessSample, processSamples } from "../src/burst/process-samples.ts";

const sample = (pid: number, role: string, cpuSeconds: number): ProcessSample => ({
  ...{ pid, role, cpuSeconds, mebibytes: 1 },
});

it("CPU time is counted from the first sample on, also of processes that began later or have ended", () => {
  const samples = [
    [sample(1, "runtime", 10), sample(2, "worker", 1)],
    [sample(1, "runtime", 12), sample(3, "engine", 5)],
    [sample(1, "runtime", 13), sample(4, "engine", 2)],
  ];
  expect(cpuByRole(samples)).toEqual({ runtime: 3, worker: 0, engine: 7 });
});

it.runIf(process.platform === "linux")("a process is sampled with its memory and CPU time", () => {
  const [self] = processSamples(process.pid).filter(({ role }) => role === "runtime");
  expect(self?.mebibytes).toBeGreaterThan(10);
  expect(self?.cpuSeconds).toBeGreaterThan(0);
  expect(self?.cpuSeconds).toBeLessThanOrEqual(
    process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6 + 0.1,
  );
});

/** Has a child, as a function with an engine has. */
const FUNCTION = `
const child = require("node:child_process").spawn(process.execPath, ["-e", "process.stdin.resume()"]);
child.on("spawn", () => console.log("ready"));
process.stdin.resume().on("end", () => child.kill());`;

it.runIf(process.platform === "linux")("every function is a role, and its child is an engine", async () => {
  const folder = mkdtempSync(join(tmpdir(), "process-samples-"));
  writeFileSync(join(folder, "bootstrap.ts"), FUNCTION);
  const child = spawn(process.execPath, [join(folder, "bootstrap.ts"), "my-project-local-analyzer"]);
  const ended = once(child, "exit");
  onTestFinished(async () => {
    child.stdin.end();
    await ended;
    rmSync(folder, { recursive: true });
  });
  await once(child.stdout, "data");
  const roles = processSamples(process.pid).map(({ role }) => role);
  expect(roles).toEqual(expect.arrayContaining(["runtime", "analyzer", "engine"]));
});
