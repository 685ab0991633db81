import { Option } from "@commander-js/extra-typings";
import type { Runtime } from "@image-pipeline/local/running-runtimes";
import { USAGE, UserFault } from "@image-pipeline/schema/user-fault";
import type { RuntimeFinder } from "../program/context.ts";

export const ENDPOINT = new Option(
  "--endpoint <url>",
  "the local runtime at this address (default: the one that runs on this machine)",
);
export const ENVIRONMENT = new Option(
  "--environment <name>",
  "the pipeline that is deployed to AWS as this environment of pipeline.config.ts",
).conflicts("endpoint");

/** A pipeline: a local runtime, or an environment on AWS. */
export type Target = { endpoint: string; settingsOf?: string } | { environment: string };

export interface TargetOptions {
  endpoint?: string | undefined;
  environment?: string | undefined;
}

/** @throws {UserFault} when the endpoint is not a URL, or no runtime or more than one runs on this machine */
export async function toTarget(
  { endpoint, environment }: TargetOptions,
  runtimes: RuntimeFinder,
): Promise<Target> {
  if (environment !== undefined) return { environment };
  const running = await runtimes();
  if (endpoint === undefined) return toEndpoint(running);
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url === undefined || !url.protocol.startsWith("http"))
    throw new UserFault(`--endpoint must be a URL such as http://127.0.0.1:4566, got "${endpoint}"`, USAGE);
  return withSettings(url.origin, running);
}

/** @throws {UserFault} unless there is exactly one */
export function onlyRuntime(running: readonly Runtime[]): Runtime {
  const [runtime, ...more] = running;
  if (runtime === undefined)
    throw new UserFault(
      "no local runtime is running on this machine: start one with `npm start -- --no-samples`, or choose a pipeline on AWS with --environment NAME",
    );
  if (more.length > 0)
    throw new UserFault(
      `${running.length} local runtimes are running: choose one with --endpoint URL\n${running.map(toLine).join("\n")}`,
    );
  return runtime;
}

function toEndpoint(running: readonly Runtime[]): Target {
  return withSettings(onlyRuntime(running).endpoint, running);
}

function withSettings(endpoint: string, running: readonly Runtime[]): Target {
  const settingsOf = running.find((runtime) => runtime.endpoint === endpoint)?.environment;
  return settingsOf === undefined ? { endpoint } : { endpoint, settingsOf };
}

function toLine({ endpoint, pid, dataDir, startedAt }: Runtime): string {
  return `  ${endpoint}  process ${pid}, started ${startedAt}, data in ${dataDir}`;
}
