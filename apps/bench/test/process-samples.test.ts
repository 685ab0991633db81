import { expect, it } from "vitest";
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
