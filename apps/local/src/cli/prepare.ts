import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipelineFor } from "@image-pipeline/schema/config";
import { loadPipelines } from "@image-pipeline/schema/load";
import { systemClock as clock } from "../clock.ts";
import { type Server, type ServerOptions, startServer } from "../server.ts";
import { currentStacks } from "./current-stacks.ts";
import type { Exits } from "./exits.ts";
import type { Options } from "./options.ts";
import { openRunFolder, type RunFolder } from "./run-folder.ts";
import { spinWhile } from "./spinner.ts";
import type { Terminal } from "./terminal.ts";

/** The usual port of local AWS services, or else any free one. */
const PORTS = [4566, 0];
const EDGE_PORTS = [4567, 0];

/** The endpoint, still without buckets and queues, and the stacks that describe them. */
export interface Prepared {
  server: Server;
  stacksFolder: string;
  folder: RunFolder;
}

export interface PrepareOptions extends Options {
  /** Origins of the example's page, which may use the endpoint as well. */
  origins: readonly string[];
}

/**
 * Opens the endpoint and, at the same time, builds and synthesises everything that has changed.
 *
 * @throws {UserFault} when the port or the data directory is in use, or with the build's message
 */
export async function prepare(
  { port, dataDir, out, environment, origins }: PrepareOptions,
  terminal: Terminal,
  exits: Exits,
): Promise<Prepared> {
  const folder = openRunFolder(dataDir);
  exits.onEnd(async () => folder.remove(), folder.remove);
  const ports = port === undefined ? PORTS : [port];
  const starting = startFor(environment, { ports, folder: folder.path, allowedOrigins: origins }).then(
    (server) => {
      exits.onEnd(server.close);
      return server;
    },
  );
  // Not in the data directory, which must still be empty, or ours, when the server takes it.
  const spareFolder = join(tmpdir(), `image-pipeline-stacks-${process.pid}`);
  const removeSpare = () => rmSync(spareFolder, { recursive: true, force: true });
  exits.onEnd(async () => removeSpare(), removeSpare);
  const building = currentStacks({
    environment,
    without: out === undefined ? [folder.path] : [folder.path, out],
    spareFolder,
    onBuild(build) {
      exits.onEnd(build.stop, build.kill);
      if (terminal.width() === undefined) terminal.note("building functions and stacks");
      void spinWhile(build.done, build.step, { terminal, clock }).catch(() => {});
    },
  });
  const [server, stacksFolder] = await Promise.all([starting, building]);
  return { server, stacksFolder, folder };
}

/** Starts the server for the example's page and the pages that the config allows. A config with errors allows none: the build reports them. */
async function startFor(
  environment: string | undefined,
  options: Pick<Required<ServerOptions>, "ports" | "folder" | "allowedOrigins">,
): Promise<Server> {
  const settings = await loadPipelines()
    .then((pipelines) => pipelineFor(pipelines, environment ?? "local"))
    .catch(() => undefined);
  const allowedOrigins = [...options.allowedOrigins, ...(settings?.uploads.allowedOrigins ?? [])];
  // A page that uploads shows the pictures too; on AWS any page may load them.
  const edgeOrigins = [...allowedOrigins, ...(settings?.delivery.allowedOrigins ?? [])];
  return startServer({ ...options, allowedOrigins, edgePorts: EDGE_PORTS, edgeOrigins });
}
