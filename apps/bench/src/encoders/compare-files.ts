import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { type Bounds, watchUsage } from "@image-pipeline/engine-process/usage";

const PROGRAM = join(import.meta.dirname, "compare-child.ts");
/** It needs nothing else, and gets no credentials. */
const INHERITED = ["LD_LIBRARY_PATH", "PATH", "TMPDIR"];

/** Two files of the same picture in the same size. */
export interface Files {
  original: Uint8Array;
  made: Uint8Array;
}

/** By the metric's name. */
export type Scores = Record<string, number>;

/**
 * Measures how alike two files are, in another process: it takes seconds of computing, in which this one answers others.
 *
 * @returns the scores by the metric's name; none when it takes more than the bounds allow
 * @throws {Error} when the signal aborts, which ends the process
 */
export async function compareFiles(
  files: Files,
  { bounds, signal }: { bounds: Bounds; signal: AbortSignal },
): Promise<Scores> {
  signal.throwIfAborted();
  const child = fork(PROGRAM, [], {
    env: Object.fromEntries(INHERITED.map((name) => [name, process.env[name]])),
    execArgv: [],
    serialization: "advanced",
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  let isTooMuch = false;
  const end = () => void child.kill("SIGKILL");
  const watch = watchUsage(child.pid ?? 0, bounds, () => {
    isTooMuch = true;
    end();
  });
  signal.addEventListener("abort", end);
  let scores: Scores | undefined;
  child.on("message", (message) => {
    if (isScores(message)) scores = message;
  });
  try {
    child.send(files, () => "an error is that of the exit");
    // Messages may come after the exit, but not after the end of their channel.
    const [[code, by]] = await Promise.all([once(child, "exit"), once(child, "disconnect")]);
    signal.throwIfAborted();
    if (scores) return scores;
    if (isTooMuch) return {};
    throw new Error(`the process that compares pictures ended with ${by ?? `exit code ${code}`}`);
  } finally {
    watch.stop();
    signal.removeEventListener("abort", end);
  }
}

function isScores(message: unknown): message is Scores {
  const isObject = typeof message === "object" && message !== null;
  return isObject && Object.values(message).every((score) => typeof score === "number");
}
