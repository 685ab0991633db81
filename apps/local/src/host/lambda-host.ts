import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Credentials } from "../services/clients.ts";
import type { LambdaFunction, Topology } from "../topology.ts";
import { type FunctionPool, functionPool } from "./function-pool.ts";
import { startFunctionProcess } from "./function-process.ts";
import type { Outcome } from "./outcome.ts";
import { startRuntimeApi } from "./runtime-api.ts";
import { unpackZip } from "./unpack-zip.ts";

export interface LambdaHostOptions {
  topology: Pick<Topology, "functions" | "mappings" | "region">;
  /** Where the functions find S3, SNS and SQS. */
  endpoint: string;
  credentialsOf(lambda: LambdaFunction): Credentials;
  /** Functions are unpacked here and leave their logs here. */
  folder: string;
  /** No function gets more processes than this, whatever its stack allows. */
  maximumProcesses: number;
  /** Hears of every invocation that failed. */
  onFailure?: (failure: { functionName: string; error: string; logFile: string }) => void;
}

/** Runs the functions of a topology, each in processes of its own. */
export interface LambdaHost {
  concurrencyOf(functionName: string): number;
  invoke(functionName: string, payload: unknown): Promise<Outcome>;
  /** Ends every function's processes at once. */
  kill(): void;
  close(): Promise<void>;
}

/** @throws {UserFault} when a zip is missing or unsound */
export async function startLambdaHost(options: LambdaHostOptions): Promise<LambdaHost> {
  const { topology, endpoint, folder, credentialsOf, onFailure } = options;
  const api = await startRuntimeApi();
  const pools = new Map<string, FunctionPool>();
  const logs = join(folder, "logs");
  mkdirSync(logs, { recursive: true });
  for (const lambda of topology.functions) {
    const taskRoot = join(folder, "functions", lambda.name);
    rmSync(taskRoot, { recursive: true, force: true });
    unpackZip(lambda.zipPath, taskRoot);
    const credentials = credentialsOf(lambda);
    const settings = {
      lambda,
      api,
      endpoint,
      region: topology.region,
      credentials,
      taskRoot,
      logFile: toLogFile(logs, lambda.name),
    };
    pools.set(
      lambda.name,
      functionPool(concurrencyFor(lambda, options), () => startFunctionProcess(settings)),
    );
  }
  const poolOf = (name: string): FunctionPool => {
    const pool = pools.get(name);
    if (!pool) throw new Error(`no function ${name} runs here`);
    return pool;
  };
  const kill = () => {
    for (const pool of pools.values()) pool.kill();
  };
  return {
    concurrencyOf: (functionName) => poolOf(functionName).concurrency,
    async invoke(functionName, payload) {
      const outcome = await poolOf(functionName).invoke(payload);
      if (!outcome.ok) {
        const { errorType, errorMessage } = outcome.error;
        onFailure?.({
          functionName,
          error: `${errorType}: ${errorMessage}`,
          logFile: toLogFile(logs, functionName),
        });
      }
      return outcome;
    },
    kill,
    async close() {
      kill();
      await api.close();
    },
  };
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
