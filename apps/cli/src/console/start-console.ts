import { createServer } from "node:http";
import { PAGE_FOLDER } from "@image-pipeline/console/page-folder";
import { listen } from "@image-pipeline/local/listen";
import type { TargetOptions } from "../connection/target.ts";
import type { Context } from "../program/context.ts";
import { build } from "../synth/run-tool.ts";
import { consoleAccess, newToken } from "./access.ts";
import { AREAS } from "./areas.ts";
import { auditLog } from "./audit-log.ts";
import { livePipeline } from "./live-pipeline.ts";
import { requestListener } from "./request-listener.ts";
import { keptToken } from "./token-file.ts";

const PORTS = [4600, 0];

export interface ConsoleOptions extends TargetOptions {
  port?: number | undefined;
  allowWrites?: boolean | undefined;
}

export interface RunningConsole {
  /** With the token, which gives access to the console. */
  address: string;
  /** The user's rights, in a sentence. */
  note: string;
  /** Builds the page, if its sources have changed. */
  build(): Promise<void>;
  close(): Promise<void>;
}

/** Listens on this machine only. @throws {UserFault} when the port is in use */
export async function startConsole(options: ConsoleOptions, context: Context): Promise<RunningConsole> {
  const { environment, port: wanted, allowWrites = false } = options;
  const isLocal = environment === undefined;
  const allowsWrites = isLocal || allowWrites;
  const server = createServer();
  const { port: opened } = new URL(await listen(server, wanted === undefined ? PORTS : [wanted]));
  const port = Number(opened);
  const access = consoleAccess(port, isLocal ? keptToken(context.variables) : newToken());
  const pipeline = livePipeline(options, context);
  const parts = {
    pipeline,
    context,
    csrfToken: access.csrfToken,
    environment: environment ?? "local",
    isLocal,
    allowsWrites,
  };
  const areas = AREAS.map((newArea) => newArea(parts));
  const audit = auditLog(parts);
  const closing = new AbortController();
  const streams = new Set<Promise<void>>();
  const serving = {
    areas,
    access,
    parts,
    audit,
    port,
    folder: PAGE_FOLDER,
    streams,
    closing: closing.signal,
  };
  server.on("request", requestListener(serving));
  return {
    address: `http://127.0.0.1:${port}/?token=${access.token}`,
    note: allowsWrites
      ? `changes are allowed; each is written to ${audit.path}`
      : "read-only: start it with --allow-writes to redrive or drop messages, or to upload",
    build: () => build("@image-pipeline/console", { variables: context.variables }),
    async close() {
      closing.abort();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await Promise.allSettled([closed, ...streams]);
      for (const area of areas) area.close?.();
      pipeline.close();
    },
  };
}
