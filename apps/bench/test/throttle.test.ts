import { spawn } from "node:child_process";
import { setTimeout } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { cpuMilliseconds, throttle } from "../src/measure/throttle.ts";

/** CPU time: ten periods of a quarter each. */
const MEASURED_MILLISECONDS = 50;

test.runIf(process.platform === "linux")("a throttled process uses at most its share of a CPU", async () => {
  const busy = spawn(process.execPath, ["-e", "for (;;);"]);
  onTestFinished(() => void busy.kill("SIGKILL"));
  const pid = busy.pid ?? 0;
  const release = throttle(pid, 0.25);
  const [cpu, start] = [cpuMilliseconds(pid), performance.now()];
  while (cpuMilliseconds(pid) < cpu + MEASURED_MILLISECONDS) await setTimeout(20);
  const used = (cpuMilliseconds(pid) - cpu) / (performance.now() - start);
  release();
  expect(used).toBeLessThan(0.6);
});
