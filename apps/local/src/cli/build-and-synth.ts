import { spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { UserFault } from "../user-fault.ts";
import { killTree } from "./process-tree.ts";

const ROOT = resolve(import.meta.dirname, "../../../..");
const COMMAND = [
  "run",
  "synth",
  "--filter=@image-pipeline/infra",
  "--output-logs=errors-only",
  "--log-prefix=none",
  "--no-color",
];
/** The frame that turbo and pnpm put around a task's own words. */
const FRAME =
  /^(\s*•|cache (miss|hit)|\$ |\[?ELIFECYCLE|\s*ELIFECYCLE| WARNING| Tasks:|Cached:|\s+Time:|Failed:|\S+#\w+:\s+ERROR| ERROR)/;

/** A build under way. */
export interface Build {
  /** @throws {UserFault} with what the failing step said */
  done: Promise<void>;
  /** Ends it at once, with all its processes. */
  kill(): void;
  /** The same, and resolves when it is gone. */
  stop(): Promise<void>;
}

/** Builds the functions' zips and synthesises the stacks for this machine into a folder. */
export function buildAndSynth(outFolder: string): Build {
  const child = spawn(join(ROOT, "node_modules/.bin/turbo"), COMMAND, {
    cwd: ROOT,
    env: {
      ...process.env,
      PIPELINE_ENVIRONMENT: "local",
      CDKTF_OUTDIR: outFolder,
      TURBO_TELEMETRY_DISABLED: "1",
    },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => output.push(text));
  const done = once(child, "close").then(
    ([code]) => {
      if (code !== 0)
        throw new UserFault(ownWords(output.join("")) || `the build ended with exit status ${code}`);
    },
    (error) => {
      throw new UserFault(`the build cannot be started: ${error.message}: run "npx pnpm@12 install"`);
    },
  );
  function kill(): void {
    if (child.pid !== undefined && child.exitCode === null) killTree(child.pid);
  }
  return {
    done,
    kill,
    async stop() {
      kill();
      await done.catch(() => undefined);
    },
  };
}

/** What a failing step itself said, without the frame around it. */
export function ownWords(output: string): string {
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  const own = lines.filter((line) => !FRAME.test(line));
  return (own.length > 0 ? own : lines).join("\n");
}
