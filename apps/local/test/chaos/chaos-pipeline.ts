import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { whileProgressing } from "@image-pipeline/testing/progress";
import { buildAndSynth } from "../../src/cli/build-and-synth.ts";
import { descendantsOf } from "../../src/cli/process-tree.ts";
import {
  awsClients,
  type Ending,
  LOCAL_CREDENTIALS,
  startLocalPipeline,
  startServer,
  systemClock,
  trackedUploads,
  trackUploads,
} from "../../src/index.ts";
import type { FunctionFailure } from "../../src/lambda-host/lambda-host.ts";
import type { Execution } from "../../src/workflow/execution.ts";
import {
  type FaultPlace,
  type FaultProxy,
  type FaultShares,
  NO_FAULTS,
  startFaultProxy,
} from "./fault-proxy.ts";

/** Shortens a visibility timeout from six minutes to seven seconds. */
const TIME_SCALE = 0.02;

export interface ChaosOptions {
  /** Holds the stacks and the data; the caller removes it. */
  folder: string;
  /** None by default. */
  shares?: FaultShares;
  random?: () => number;
  isFaultPlace?: FaultPlace;
}

/** The synthesised stacks with their real zips, a fault proxy between the functions and the services. */
export async function startChaosPipeline({
  folder,
  shares = NO_FAULTS,
  random = Math.random,
  isFaultPlace,
}: ChaosOptions) {
  const stacksFolder = join(folder, "cdktf.out");
  await buildAndSynth(stacksFolder).done;
  const server = await startServer({ ports: [0], folder: join(folder, "data") });
  const proxy: FaultProxy = await startFaultProxy(() => server.proxy.endpoint, shares, random, isFaultPlace);
  const endings: Ending[] = [];
  const listeners: (() => void)[] = [];
  const uploads = trackedUploads((ending) => {
    endings.push(ending);
    for (const listener of listeners) listener();
  });
  const failures: FunctionFailure[] = [];
  const faults: unknown[] = [];
  const executions: Execution[] = [];
  const onError = (error: unknown) => void faults.push(error);
  const pipeline = await startLocalPipeline(server, {
    stacksFolder: join(stacksFolder, "stacks"),
    functionsEndpoint: proxy.endpoint,
    timeScale: TIME_SCALE,
    onUpload: ({ name, key, sequencer, at, stored }) => {
      if (name.startsWith("ObjectCreated"))
        uploads.uploaded({ key, sequencer, at, bytes: stored?.size ?? 0 });
    },
    onExecution: (_body, execution) => void executions.push(execution),
    onFunctionFailure: (failure) => void failures.push(failure),
    onError,
  });
  const tracker = trackUploads(pipeline, {
    services: server.services,
    uploads,
    clock: systemClock,
    onError,
  });
  const {
    s3,
    sns,
    close: closeClients,
  } = awsClients({
    endpoint: server.proxy.endpoint,
    region: pipeline.topology.region,
    credentials: LOCAL_CREDENTIALS,
  });
  const queues = [...pipeline.topology.queues.map(({ name }) => name), ...pipeline.workQueues];
  const progress = () =>
    JSON.stringify([
      endings.length,
      executions.length,
      faults.length,
      queues.map((name) => [name, server.services.count(name)]),
    ]);
  return {
    endpoint: server.proxy.endpoint,
    s3,
    sns,
    topology: pipeline.topology,
    functions: pipeline.functions,
    places: pipeline.places,
    services: server.services,
    proxy,
    endings,
    /** The workflows' executions, in the order in which they ended. */
    executions,
    faults,
    /** Invocations that failed. */
    failures,
    progress,
    /** Calls a listener for every further ending. */
    onEnding: (listener: () => void) => void listeners.push(listener),
    /** Waits until every upload has ended, for as long as queues or endings change. */
    settled: () => whileProgressing(tracker.settled(), progress),
    /** Kills one of the running function processes with `kill -9`. @returns true if there was one */
    killOne(): boolean {
      const processes = descendantsOf(process.pid).filter(isFunction);
      const pid = processes[Math.floor(random() * processes.length)];
      if (pid !== undefined) process.kill(pid, "SIGKILL");
      return pid !== undefined;
    },
    async stop() {
      await tracker.stop();
      await pipeline.stop();
      closeClients();
      await proxy.close();
      await server.close();
    },
  };
}

/** Returns true for a function's process: its command line contains the function's name. */
function isFunction(pid: number): boolean {
  const { stdout } = spawnSync("ps", ["-o", "args=", "-p", String(pid)], { encoding: "utf8" });
  return /-(ingest|worker|backfill|inspect|render|publish)\s*$/.test(stdout);
}
