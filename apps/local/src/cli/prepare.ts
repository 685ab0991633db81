import { join } from "node:path";
import { type Server, startServer } from "../server.ts";
import { buildAndSynth } from "./build-and-synth.ts";
import type { Exits } from "./exits.ts";
import type { Options } from "./options.ts";
import { openRunFolder, type RunFolder } from "./run-folder.ts";
import type { Terminal } from "./terminal.ts";

/** Where the endpoint is when nobody says otherwise: the port that local AWS services are known by, or any free one. */
const PORTS = [4566, 0];

/** The endpoint, still empty, and the stacks to fill it with. */
export interface Prepared extends Pick<RunFolder, "keepLogs"> {
  server: Server;
  stacksFolder: string;
}

/**
 * Opens the endpoint, then builds and synthesises: a port that is taken shows before the wait.
 *
 * @throws {UserFault} when the port or the data directory is taken, or with what the build said
 */
export async function prepare(
  { port, dataDir }: Options,
  terminal: Terminal,
  exits: Exits,
): Promise<Prepared> {
  const folder = openRunFolder(dataDir);
  exits.onEnd(async () => folder.remove(), folder.remove);
  const server = await startServer({ ports: port === undefined ? PORTS : [port], folder: folder.path });
  exits.onEnd(server.close);
  const outFolder = join(folder.path, "cdktf.out");
  const build = buildAndSynth(outFolder);
  exits.onEnd(build.stop, build.kill);
  terminal.note("building the functions and synthesising the stacks");
  await build.done;
  return { server, stacksFolder: join(outFolder, "stacks"), keepLogs: folder.keepLogs };
}
