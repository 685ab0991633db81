import { type ChildProcess, fork, type StdioOptions } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Presets } from "@image-pipeline/schema/config";
import { cpuSecondsOf, whileProgressing } from "@image-pipeline/testing/progress";
import type { z } from "zod";
import type { Outcome } from "./render-child.ts";

/** CPU time above the 20 s that a picture may take. What it computes after that is no progress. */
const MOST_CPU_SECONDS = 60;

/** Presets that render fast: a still and an animation, uncropped and cropped. */
const SMALL: z.input<typeof Presets> = {
  still: { width: 40, formats: ["webp", "jpeg"] },
  playing: { width: 24, height: 24, fit: "cover", formats: [{ format: "webp", animated: "keep" }] },
};

/** Renders files in a separate process. A crash or a hang of it is an outcome. */
export class BoundedRenderer {
  #child: ChildProcess | undefined;

  async render(source: Uint8Array, presets = SMALL): Promise<Outcome> {
    const child = this.#running();
    const stopped = new AbortController();
    const { signal } = stopped;
    const answered = once(child, "message", { signal }).then(([outcome]) => outcome);
    const ended = once(child, "exit", { signal }).then(([code, killed]) =>
      bug(`ended with ${killed ?? code}`),
    );
    const before = cpuSecondsOf(child.pid ?? 0);
    const cpuSeconds = () => Math.min(MOST_CPU_SECONDS, cpuSecondsOf(child.pid ?? 0) - before);
    child.send({ source, presets });
    try {
      return await whileProgressing(Promise.race([answered, ended]), () => `${cpuSeconds()} s of CPU time`);
    } catch (error) {
      child.kill("SIGKILL");
      return bug(`gave no answer: ${error}`);
    } finally {
      stopped.abort();
      await Promise.allSettled([answered, ended]);
    }
  }

  async close(): Promise<void> {
    if (!this.#child || this.#child.exitCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
  }

  #running(): ChildProcess {
    if (this.#child?.connected) return this.#child;
    const env = { ...process.env, MALLOC_ARENA_MAX: "2" };
    const stdio: StdioOptions = ["ignore", "ignore", "ignore", "ipc"];
    this.#child = fork(join(import.meta.dirname, "render-child.ts"), {
      serialization: "advanced",
      env,
      execArgv: [],
      stdio,
    });
    return this.#child;
  }
}

function bug(detail: string): Outcome {
  return { kind: "bug", detail, peakMebibytes: 0, cpuSeconds: 0 };
}
