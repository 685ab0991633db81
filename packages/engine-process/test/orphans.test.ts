import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, it } from "vitest";

it("ends the engine's process together with its parent, even after kill -9 during a picture", async () => {
  const parent = spawn(process.execPath, [join(import.meta.dirname, "dying-parent.ts")]);
  // The engine's process has the same standard error, which therefore closes with the last of the two.
  const ended = once(parent.stderr.resume(), "close");
  await once(parent.stdout, "data");
  const { signalCode } = parent;
  expect(signalCode).toBe(null);
  parent.kill("SIGKILL");
  await ended;
});

it("does not keep its parent alive between two pictures", async () => {
  const script = `import { engineProcess } from ${JSON.stringify(join(import.meta.dirname, "../src/index.ts"))};
    engineProcess().start();`;
  const parent = spawn(process.execPath, ["--input-type=module-typescript", "--eval", script]);
  const [exitCode] = await once(parent, "exit");
  expect(exitCode).toBe(0);
});
