import { spawn } from "node:child_process";
import { once } from "node:events";
import { delimiter, join, resolve } from "node:path";
import { UserFault } from "@image-pipeline/schema/user-fault";
import { killTree } from "./process-tree.ts";

/** The folder of `pipeline.config.ts`. */
export const ROOT = resolve(import.meta.dirname, "../../../..");
/** Builds everything that the stacks are made of. */
const TURBO = [
  "run",
  "build",
  "--filter=@image-pipeline/infra^...",
  "--output-logs=errors-only",
  "--log-prefix=none",
  "--no-color",
];
/** Lines that turbo and pnpm print around a task's own output. */
const FRAME =
  /^(\s*•|cache (miss|hit)|\$ |\[?ELIFECYCLE|\s*ELIFECYCLE| WARNING| Tasks:|Cached:|\s+Time:|Failed:|\S+#\w+:\s+ERROR| ERROR)/;

/** A running build. */
export interface Build {
  /** The name of the step that runs. */
  step(): string;
  /** @throws {UserFault} with the output of the step that failed */
  done: Promise<void>;
  /** Ends it at once, with all its processes. */
  kill(): void;
  /** The same, and resolves when it has ended. */
  stop(): Promise<void>;
}

/**
 * Builds the functions' zips and synthesises the stacks for this machine into a folder.
 *
 * @param environment whose settings; undefined for those of the first environment
 */
export function buildAndSynth(outFolder: string, environment?: string): Build {
  const turbo = [join(ROOT, "node_modules/.bin/turbo"), ...TURBO];
  const building = runBuild("building functions", turbo, outFolder, environment);
  return inOrder(building, () => synthOnly(outFolder, environment));
}

/** Synthesises the stacks for this machine with the zips that exist, which takes a second. */
export function synthOnly(outFolder: string, environment?: string): Build {
  const synth = [process.execPath, join(ROOT, "apps/infra/src/main.ts")];
  return runBuild("synthesising stacks", synth, outFolder, environment);
}

/** Runs the second step when the first has succeeded. */
export function inOrder(first: Build, second: () => Build): Build {
  let current = first;
  const done = first.done.then(() => {
    current = second();
    return current.done;
  });
  const kill = () => current.kill();
  return { step: () => current.step(), done, kill, stop: () => stop({ done, kill }) };
}

async function stop({ done, kill }: Pick<Build, "done" | "kill">): Promise<void> {
  kill();
  await done.catch(() => undefined);
}

function runBuild(
  step: string,
  [command = "", ...args]: string[],
  outFolder: string,
  environment?: string,
): Build {
  const child = spawn(command, args, {
    cwd: ROOT,
    env: {
      ...process.env,
      // Turbo looks for pnpm there.
      PATH: [join(ROOT, "node_modules/.bin"), process.env.PATH].join(delimiter),
      PIPELINE_ENVIRONMENT: environment === undefined ? "local" : `local:${environment}`,
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
        throw new UserFault(ownOutput(output.join("")) || `the build ended with exit status ${code}`);
    },
    (error) => {
      throw new UserFault(`the build cannot be started: ${error.message}: run "npm install"`);
    },
  );
  function kill(): void {
    if (child.pid !== undefined && child.exitCode === null) killTree(child.pid);
  }
  return { step: () => step, done, kill, stop: () => stop({ done, kill }) };
}

/** Removes the lines of the task runner and the package manager from a build's output. */
export function ownOutput(output: string): string {
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  const own = lines.filter((line) => !FRAME.test(line));
  return (own.length > 0 ? own : lines).join("\n");
}
