import { fork } from "node:child_process";
import { once } from "node:events";
import { bundle } from "./bundle.ts";

export interface BundledRun {
  /** What the program is told, as JSON in its first argument. */
  order: unknown;
  environment?: NodeJS.ProcessEnv;
  /** Called with each message that it sends. */
  onMessage: (message: unknown) => void;
}

/**
 * Runs a program of this package as a bundle in a process of its own, to its end.
 *
 * @throws {Error} when it ends with anything but 0
 */
export async function runBundled(
  entry: string,
  { order, environment = process.env, onMessage }: BundledRun,
): Promise<void> {
  const child = fork(await bundle(entry), [JSON.stringify(order)], { env: environment, execArgv: [] });
  child.on("message", onMessage);
  const [exitCode, signal] = await once(child, "exit");
  if (exitCode !== 0)
    throw new Error(`${entry.split("/").at(-1)} ended with ${signal ?? `exit code ${exitCode}`}`);
}
