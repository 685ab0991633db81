import { UserFault } from "@image-pipeline/schema/user-fault";
import type { Connection } from "../connection/connect.ts";
import { withConnection } from "../connection/open-pipeline.ts";
import type { TargetOptions } from "../connection/target.ts";
import type { Context } from "../program/context.ts";
import { DONE } from "../program/exit-codes.ts";
import { cloudWatchLogs } from "./cloud-watch-logs.ts";
import { localLogs } from "./local-logs.ts";
import { isAbout, type LogLine, type LogSource } from "./log-line.ts";

export interface LogsOptions extends TargetOptions {
  key?: string | undefined;
  /** The name of a function, without the prefix of the pipeline. */
  function?: string | undefined;
  /** Seconds. */
  since: number;
  follow?: boolean | undefined;
  json?: boolean | undefined;
}

/** Shows logs. @throws {UserFault} when the folder of a local runtime's logs is unknown */
export function logs(options: LogsOptions, context: Context): Promise<number> {
  return withConnection(options, context, async (connection) => {
    const source = await openSource(connection, options, context);
    try {
      await show(source, options, context);
      return DONE;
    } finally {
      source.close();
    }
  });
}

async function openSource(
  { client, names, description }: Connection,
  { since, key }: LogsOptions,
  { clock, runtimes }: Context,
): Promise<LogSource> {
  const prefix = names.function("");
  const from = clock.now() - since * 1000;
  if (client.endpoint === undefined) return cloudWatchLogs({ settings: client, prefix, since: from, key });
  const runtime = (await runtimes()).find(({ endpoint }) => endpoint === client.endpoint);
  if (runtime) return localLogs(runtime.logsDir, prefix);
  throw new UserFault(
    `the log folder of ${description} is not known: it was not started on this machine by this user`,
  );
}

async function show(source: LogSource, options: LogsOptions, context: Context): Promise<void> {
  const { terminal, clock, signal } = context;
  const { follow = false } = options;
  const from = new Date(clock.now() - options.since * 1000).toISOString();
  do {
    const lines = (await source.next()).filter((line) => isWanted(line, options, from));
    for (const line of lines.sort((a, b) => (a.time ?? "").localeCompare(b.time ?? "")))
      if (options.json) terminal.json(line);
      else terminal.out(toText(line));
    if (follow) await clock.sleep(source.pollMilliseconds, signal);
  } while (follow && !signal.aborted);
}

function isWanted(line: LogLine, { key, function: name }: LogsOptions, from: string): boolean {
  return (
    (line.time === null || line.time >= from) &&
    (name === undefined || line.function === name) &&
    (key === undefined || isAbout(line, key))
  );
}

/** `2026-01-01 00:00:09  worker  INFO  rendered the upload, …  key=photos/a.jpg` */
function toText({ time, function: name, level, message, fields }: LogLine): string {
  const details = Object.entries(fields).map(
    ([field, value]) => `${field}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  const parts = [
    time?.slice(0, 19).replace("T", " ") ?? "",
    name.padEnd(8),
    (level ?? "").padEnd(5),
    message,
    ...details,
  ];
  return parts.join("  ").trimEnd();
}
