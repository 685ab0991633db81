import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { LambdaFunction } from "../topology/topology.ts";
import { executionEnvironment } from "./execution-environment.ts";
import { type EnvironmentSettings, toEnvironment } from "./function-environment.ts";
import type { Outcome } from "./outcome.ts";
import { watchMemory } from "./resident-memory.ts";
import type { RuntimeApi } from "./runtime-api.ts";

const BOOTSTRAP = fileURLToPath(new URL("./bootstrap.ts", import.meta.url));

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
  /** Resolves when it is gone. */
  exited: Promise<void>;
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
  const exited = Promise.withResolvers<void>();
  let alive = true;
  const { pid = 0 } = child;
  const unwatch = watchMemory(
    { pid, megabytes: lambda.memoryMegabytes, isBusy: environment.isBusy },
    (used) => {
      const why = `signal: killed (${used} of ${lambda.memoryMegabytes} MB used)`;
      environment.ended("Runtime.ExitError", `Runtime exited with error: ${why}`);
      kill();
    },
  );
  child.once("error", (error) => end(error.message));
  child.once("exit", (code, signal) => end(signal ? `signal: ${signal}` : `exit status ${code}`));

  function end(why: string): void {
    alive = false;
    unwatch();
    api.unregister(address);
    environment.ended("Runtime.ExitError", `Runtime exited with error: ${why}`);
    exited.resolve();
  }
  function kill(): void {
    alive = false;
    if (pid === 0 || child.exitCode !== null || child.signalCode !== null) return;
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      child.kill("SIGKILL");
    }
  }
  return { invoke: environment.invoke, isAlive: () => alive, kill, exited: exited.promise };
}

/** Lambda gives nine tenths of a function's memory to the JavaScript heap. */
function nodeOptions({ memoryMegabytes }: LambdaFunction): string[] {
  return [`--max-old-space-size=${Math.floor(memoryMegabytes * 0.9)}`];
}
