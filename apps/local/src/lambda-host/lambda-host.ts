import { chmodSync, constants, cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, relative } from "node:path";
import type { Credentials } from "../services/clients.ts";
import { OWNER_ONLY } from "../services/data-folder.ts";
import type { LambdaFunction, Topology } from "../topology/topology.ts";
import { type FunctionPool, functionPool } from "./function-pool.ts";
import { type ProcessSettings, startFunctionProcess } from "./function-process.ts";
import { newLogLines } from "./new-log-lines.ts";
import type { Outcome } from "./outcome.ts";
import { startRuntimeApi } from "./runtime-api.ts";
import { unpackZips } from "./unpack-zip.ts";

export interface LambdaHostOptions {
  topology: Pick<Topology, "functions" | "mappings" | "region">;
  /** The endpoint at which the functions find S3, SNS and SQS. */
  endpoint: string;
  /** Rekognition's endpoint (default: `endpoint`). */
  rekognitionEndpoint?: string;
  credentialsOf(lambda: LambdaFunction): Credentials;
  /** Folder for the functions' code and logs. */
  folder: string;
  /** Limit for the processes of each function, in addition to its stack's. */
  maximumProcesses: number;
  /** Debugger ports by function name: such a function has one process and no timeout. */
  inspect?: ReadonlyMap<string, number>;
  /** Called with the address at which a debugger can attach to a function. */
  onDebugger?: (functionName: string, url: string) => void;
  /** Called for every invocation that failed, except when the host itself is closed. */
  onFailure?: (failure: FunctionFailure) => void;
  /** Called with the lines that a function has logged, after each of its invocations. */
  onLog?: (functionName: string, lines: readonly string[]) => void;
}

export interface FunctionFailure {
  functionName: string;
  error: string;
  logFile: string;
  /** The event that the function was invoked with. */
  payload: unknown;
}

/** Runs the functions of a topology, each in its own processes. */
export interface LambdaHost {
  /** No function gets more. */
  maximumProcesses: number;
  concurrencyOf(functionName: string): number;
  invoke(functionName: string, payload: unknown): Promise<Outcome>;
  /** Starts processes of a function before they are needed, at most so many. */
  warm(functionName: string, processes: number): void;
  /**
   * Replaces files of a function's code, such as `index.js`, and some of its variables, from the next invocation on. As when an
   * alias moves to another version, no invocation gets new code with old variables.
   */
  replaceCode(
    functionName: string,
    files: ReadonlyMap<string, Uint8Array>,
    variables?: Readonly<Record<string, string>>,
  ): void;
  /** Ends every function's processes at once. */
  kill(): void;
  close(): Promise<void>;
}

/**
 * Returns how many processes of a function this machine can use: one more than it has cores, so that every core has an image to
 * encode while another image is read or its renditions are stored.
 */
export function processesPerFunction(): number {
  return availableParallelism() + 1;
}

/** @throws {UserFault} when a zip is missing or damaged */
export async function startLambdaHost(options: LambdaHostOptions): Promise<LambdaHost> {
  const { topology, folder, onFailure } = options;
  const api = await startRuntimeApi();
  const logs = join(folder, "logs");
  const codeFolder = join(folder, "functions");
  mkdirSync(logs, { recursive: true, mode: OWNER_ONLY });
  chmodSync(logs, OWNER_ONLY);
  rmSync(codeFolder, { recursive: true, force: true });
  const codes = await unpackZips(
    topology.functions.map(({ zipPath }) => zipPath),
    codeFolder,
  );
  const settingsOf = new Map(
    topology.functions.map((lambda) => {
      const settings = toSettings(lambda, { options, logs, taskRoot: codes.get(lambda.zipPath) ?? "" });
      return [lambda.name, { ...settings, api }];
    }),
  );
  const pools = new Map(
    [...settingsOf.values()].map((settings) => [settings.lambda.name, poolFor(settings, options)]),
  );
  const { onLog } = options;
  const newLines = new Map(
    onLog ? [...settingsOf].map(([name, { logFile }]) => [name, newLogLines(logFile)]) : [],
  );
  let isKilled = false;
  let replacements = 0;
  const known = <Thing>(things: ReadonlyMap<string, Thing>, name: string): Thing => {
    const thing = things.get(name);
    if (!thing) throw new Error(`no function ${name} runs here`);
    return thing;
  };
  function kill(): void {
    isKilled = true;
    for (const pool of pools.values()) pool.kill();
  }
  return {
    maximumProcesses: options.maximumProcesses,
    concurrencyOf: (functionName) => known(pools, functionName).concurrency,
    async invoke(functionName, payload) {
      const outcome = await known(pools, functionName).invoke(payload);
      onLog?.(functionName, known(newLines, functionName)());
      if (!outcome.ok && !isKilled) {
        const error = `${outcome.error.errorType}: ${outcome.error.errorMessage}`;
        onFailure?.({ functionName, error, logFile: known(settingsOf, functionName).logFile, payload });
      }
      return outcome;
    },
    warm: (functionName, processes) => known(pools, functionName).warm(processes),
    replaceCode(functionName, files, variables = {}) {
      const settings = known(settingsOf, functionName);
      const taskRoot = join(codeFolder, `replaced-${++replacements}`);
      copyWith(settings.taskRoot, taskRoot, files);
      settings.taskRoot = taskRoot;
      const { lambda } = settings;
      settings.lambda = { ...lambda, environment: { ...lambda.environment, ...variables } };
      known(pools, functionName).renew();
    },
    kill,
    async close() {
      kill();
      await Promise.all([...pools.values()].map((pool) => pool.close()));
      await api.close();
    },
  };
}

/** Copies a folder with some of its files replaced. */
function copyWith(from: string, to: string, files: ReadonlyMap<string, Uint8Array>): void {
  const isKept = (path: string) => !files.has(relative(from, path));
  cpSync(from, to, { recursive: true, mode: constants.COPYFILE_FICLONE, filter: isKept });
  for (const [name, data] of files) writeFileSync(join(to, name), data);
}

interface Basis {
  options: LambdaHostOptions;
  logs: string;
  taskRoot: string;
}

function toSettings(
  lambda: LambdaFunction,
  { options, logs, taskRoot }: Basis,
): Omit<ProcessSettings, "api"> {
  const { topology, endpoint, rekognitionEndpoint = endpoint, credentialsOf, inspect, onDebugger } = options;
  const port = inspect?.get(lambda.name);
  return {
    lambda,
    endpoint,
    rekognitionEndpoint,
    region: topology.region,
    credentials: credentialsOf(lambda),
    taskRoot,
    logFile: join(logs, `${lambda.name}.log`),
    ...(port !== undefined && {
      debugger: { port, onListening: (url: string) => onDebugger?.(lambda.name, url) },
    }),
  };
}

function poolFor(settings: ProcessSettings, options: LambdaHostOptions): FunctionPool {
  const concurrency = settings.debugger ? 1 : concurrencyFor(settings.lambda, options);
  return functionPool(concurrency, () => startFunctionProcess(settings));
}

/** Returns the reservation's or the mappings' maximum, but at most the processes that this machine can use. */
function concurrencyFor(lambda: LambdaFunction, { topology, maximumProcesses }: LambdaHostOptions): number {
  const mapped = topology.mappings.filter(({ functionName }) => functionName === lambda.name);
  const wanted = mapped.map(({ maximumConcurrency }) => maximumConcurrency ?? Number.POSITIVE_INFINITY);
  const largest = wanted.length > 0 ? Math.max(...wanted) : Number.POSITIVE_INFINITY;
  return Math.max(
    1,
    Math.min(maximumProcesses, largest, lambda.reservedConcurrency ?? Number.POSITIVE_INFINITY),
  );
}
