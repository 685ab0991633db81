import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Credentials } from "../services/clients.ts";
import type { LambdaFunction, Topology } from "../topology/topology.ts";
import { type FunctionPool, functionPool } from "./function-pool.ts";
import { startFunctionProcess } from "./function-process.ts";
import type { Outcome } from "./outcome.ts";
import { type RuntimeApi, startRuntimeApi } from "./runtime-api.ts";
import { unpackZip } from "./unpack-zip.ts";

export interface LambdaHostOptions {
  topology: Pick<Topology, "functions" | "mappings" | "region">;
  /** Where the functions find S3, SNS and SQS. */
  endpoint: string;
  /** Where they find Rekognition; `endpoint` where it is left out. */
  rekognitionEndpoint?: string;
  credentialsOf(lambda: LambdaFunction): Credentials;
  /** Functions are unpacked here and leave their logs here. */
  folder: string;
  /** No function gets more processes than this, whatever its stack allows. */
  maximumProcesses: number;
  /** Hears of every invocation that failed, except by our own end. */
  onFailure?: (failure: { functionName: string; error: string; logFile: string }) => void;
}

/** Runs the functions of a topology, each in processes of its own. */
export interface LambdaHost {
  /** No function gets more. */
  maximumProcesses: number;
  concurrencyOf(functionName: string): number;
  invoke(functionName: string, payload: unknown): Promise<Outcome>;
  /** Ends every function's processes at once. */
  kill(): void;
  close(): Promise<void>;
}

/** @throws {UserFault} when a zip is missing or unsound */
export async function startLambdaHost(options: LambdaHostOptions): Promise<LambdaHost> {
  const { topology, folder, onFailure } = options;
  const api = await startRuntimeApi();
  const logs = join(folder, "logs");
  mkdirSync(logs, { recursive: true });
  const pools = new Map(
    topology.functions.map((lambda) => [lambda.name, poolFor(lambda, options, { api, logs })]),
  );
  let isKilled = false;
  const poolOf = (name: string): FunctionPool => {
    const pool = pools.get(name);
    if (!pool) throw new Error(`no function ${name} runs here`);
    return pool;
  };
  function kill(): void {
    isKilled = true;
    for (const pool of pools.values()) pool.kill();
  }
  return {
    maximumProcesses: options.maximumProcesses,
    concurrencyOf: (functionName) => poolOf(functionName).concurrency,
    async invoke(functionName, payload) {
      const outcome = await poolOf(functionName).invoke(payload);
      if (!outcome.ok && !isKilled) {
        const error = `${outcome.error.errorType}: ${outcome.error.errorMessage}`;
        onFailure?.({ functionName, error, logFile: toLogFile(logs, functionName) });
      }
      return outcome;
    },
    kill,
    async close() {
      kill();
      await Promise.all([...pools.values()].map((pool) => pool.close()));
      await api.close();
    },
  };
}

/** Unpacks a function; its processes start when they are needed. */
function poolFor(
  lambda: LambdaFunction,
  options: LambdaHostOptions,
  { api, logs }: { api: RuntimeApi; logs: string },
): FunctionPool {
  const { topology, endpoint, rekognitionEndpoint = endpoint, folder, credentialsOf } = options;
  const taskRoot = join(folder, "functions", lambda.name);
  rmSync(taskRoot, { recursive: true, force: true });
  unpackZip(lambda.zipPath, taskRoot);
  const credentials = credentialsOf(lambda);
  const place = { endpoint, rekognitionEndpoint, region: topology.region, credentials, taskRoot };
  const settings = { lambda, api, ...place, logFile: toLogFile(logs, lambda.name) };
  return functionPool(concurrencyFor(lambda, options), () => startFunctionProcess(settings));
}

function toLogFile(logs: string, functionName: string): string {
  return join(logs, `${functionName}.log`);
}

/** As the stack allows, by reservation and by the mappings' maximum, but no more than this machine has use for. */
function concurrencyFor(lambda: LambdaFunction, { topology, maximumProcesses }: LambdaHostOptions): number {
  const mapped = topology.mappings.filter(({ functionName }) => functionName === lambda.name);
  const wanted = mapped.map(({ maximumConcurrency }) => maximumConcurrency ?? Number.POSITIVE_INFINITY);
  const largest = wanted.length > 0 ? Math.max(...wanted) : Number.POSITIVE_INFINITY;
  return Math.max(
    1,
    Math.min(maximumProcesses, largest, lambda.reservedConcurrency ?? Number.POSITIVE_INFINITY),
  );
}
