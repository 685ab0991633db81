import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { LambdaFunction } from "../topology.ts";
import { executionEnvironment } from "./execution-environment.ts";
import { type EnvironmentSettings, toEnvironment } from "./function-environment.ts";
import type { Outcome } from "./outcome.ts";
import { residentBytes } from "./resident-memory.ts";
import type { RuntimeApi } from "./runtime-api.ts";

const BOOTSTRAP = fileURLToPath(new URL("./bootstrap.ts", import.meta.url));
const MEMORY_SAMPLE_MILLISECONDS = 200;

export interface ProcessSettings extends Omit<EnvironmentSettings, "runtimeApi"> {
  lambda: LambdaFunction;
  api: RuntimeApi;
  /** Takes what the function prints. */
  logFile: string;
}

/** One process of a function: it does one invocation at a time and stays warm between them. */
export interface FunctionProcess {
  invoke(payload: string): Promise<Outcome>;
  isAlive(): boolean;
  /** Ends it at once, with whatever it started itself. */
  kill(): void;
}

/**
 * Starts a function's process; its command line holds the function's name. A time-out, or more memory than the function
 * has, kills it, as on Lambda. Its standard input stays open as long as this process lives, and no longer.
 */
export function startFunctionProcess({
  lambda,
  api,
  logFile,
  ...settings
}: ProcessSettings): FunctionProcess {
  const environment = executionEnvironment(lambda, kill);
  const address = api.register(environment);
  const log = openSync(logFile, "a");
  const child = spawn(process.execPath, [...nodeOptions(lambda), BOOTSTRAP, lambda.name], {
    cwd: settings.taskRoot,
    env: toEnvironment(lambda, { ...settings, runtimeApi: address }),
    stdio: ["pipe", log, log],
    detached: true,
  });
  closeSync(log);
  const sampler = setInterval(sampleMemory, MEMORY_SAMPLE_MILLISECONDS);
  let alive = true;
  child.once("error", (error) => end(error.message));
  child.once("exit", (code, signal) => end(signal ? `signal: ${signal}` : `exit status ${code}`));

  function end(why: string): void {
    alive = false;
    clearInterval(sampler);
    api.unregister(address);
    environment.ended("Runtime.ExitError", `Runtime exited with error: ${why}`);
  }
  async function sampleMemory(): Promise<void> {
    if (!environment.isBusy() || child.pid === undefined) return;
    const bytes = await residentBytes(child.pid);
    if (bytes === undefined || bytes <= lambda.memoryMegabytes * 1024 * 1024) return;
    const used = Math.ceil(bytes / 1024 / 1024);
    environment.ended(
      "Runtime.ExitError",
      `Runtime exited with error: signal: killed (${used} of ${lambda.memoryMegabytes} MB used)`,
    );
    kill();
  }
  function kill(): void {
    alive = false;
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      child.kill("SIGKILL");
    }
  }
  return { invoke: environment.invoke, isAlive: () => alive, kill };
}

/** Lambda gives nine tenths of a function's memory to the JavaScript heap. */
function nodeOptions({ memoryMegabytes }: LambdaFunction): string[] {
  return [`--max-old-space-size=${Math.floor(memoryMegabytes * 0.9)}`];
}
