import { spawn } from "node:child_process";
import { appendFileSync, closeSync, openSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { LambdaFunction } from "../topology/topology.ts";
import { executionEnvironment } from "./execution-environment.ts";
import { type EnvironmentSettings, toEnvironment } from "./function-environment.ts";
import type { Outcome } from "./outcome.ts";
import { watchMemory } from "./resident-memory.ts";
import type { RuntimeApi } from "./runtime-api.ts";
import { stoppedLines } from "./stopped-lines.ts";

/**
 * Lets the heap grow to three times of the memory in use before all of it is searched for garbage. V8 counts the bodies of requests
 * as heap, so with its own, smaller step it would do that for nearly every photograph, in a third of a process's CPU time.
 */
export const HEAP_GROWTH = "--heap-growing-percent=200";
const BOOTSTRAP = fileURLToPath(new URL("./bootstrap.ts", import.meta.url));

export interface ProcessSettings extends Omit<EnvironmentSettings, "runtimeApi"> {
  lambda: LambdaFunction;
  api: RuntimeApi;
  /** The file for the function's output. */
  logFile: string;
  /** Runs the function for a debugger: it waits for one to attach, and nothing limits its time. */
  debugger?: Debugger;
}

export interface Debugger {
  /** 0 for any free port. */
  port: number;
  /** Called with the WebSocket URL that a debugger connects to. */
  onListening(url: string): void;
}

/** One process of a function: it handles one invocation at a time and stays warm between them. */
export interface FunctionProcess {
  invoke(payload: string): Promise<Outcome>;
  isAlive(): boolean;
  /** Ends it at once, with its own child processes. */
  kill(): void;
  /** Resolves when it has ended. */
  exited: Promise<void>;
}

/**
 * Starts a function's process; its command line contains the function's name. A timeout, or more memory than the
 * function has, kills it, as on Lambda. Its standard input stays open as long as this process lives, and no longer.
 */
export function startFunctionProcess({
  lambda,
  api,
  logFile,
  debugger: attached,
  ...settings
}: ProcessSettings): FunctionProcess {
  const environment = executionEnvironment(lambda, kill, {
    isTimed: attached === undefined,
    onStopped: (payload, why) => {
      for (const line of stoppedLines(payload, why, new Date()))
        appendFileSync(logFile, line.endsWith("\n") ? line : `${line}\n`);
    },
  });
  const address = api.register(environment);
  const log = openSync(logFile, "a");
  const child = spawn(process.execPath, [...nodeOptions(lambda, attached), BOOTSTRAP, lambda.name], {
    cwd: settings.taskRoot,
    env: toEnvironment(lambda, { ...settings, runtimeApi: address }),
    stdio: ["pipe", log, attached ? "pipe" : log],
    detached: true,
  });
  closeSync(log);
  if (attached) watchDebugger(child.stderr, { logFile, onListening: attached.onListening });
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
function nodeOptions({ memoryMegabytes }: LambdaFunction, attached: Debugger | undefined): string[] {
  const heap = `--max-old-space-size=${Math.floor(memoryMegabytes * 0.9)}`;
  return attached ? [heap, HEAP_GROWTH, `--inspect-wait=127.0.0.1:${attached.port}`] : [heap, HEAP_GROWTH];
}

/** Node.js prints the debugger's address to standard error, which otherwise goes to the log unread. */
function watchDebugger(
  stderr: NodeJS.ReadableStream | null,
  { logFile, onListening }: { logFile: string } & Pick<Debugger, "onListening">,
): void {
  stderr?.setEncoding("utf8").on("data", (text: string) => {
    appendFileSync(logFile, text);
    const [, url] = /^Debugger listening on (ws:\S+)$/m.exec(text) ?? [];
    if (url !== undefined) onListening(url);
  });
}
