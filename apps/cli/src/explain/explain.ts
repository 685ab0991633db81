import { UserFault } from "@image-pipeline/schema/user-fault";
import { type OpenPipeline, openPipeline, withConnection } from "../connection/open-pipeline.ts";
import type { TargetOptions } from "../connection/target.ts";
import { localLogs } from "../logs/local-logs.ts";
import type { Context } from "../program/context.ts";
import { DONE, FOUND_OR_FAILED } from "../program/exit-codes.ts";
import { executionLines } from "./execution-history.ts";
import { gather, type ImageLogs } from "./gather.ts";
import { insightsLines } from "./logs-insights.ts";
import type { Story } from "./story.ts";
import { tellStory } from "./tell-story.ts";
import { toLines } from "./to-lines.ts";

export interface ExplainOptions {
  /** Seconds of logs to search (default: back to the newest upload, at most 30 days). */
  since?: number | undefined;
  /** The eTag or version id of one upload (default: the newest). */
  upload?: string | undefined;
}

type ExplainContext = Pick<Context, "clock" | "signal" | "runtimes">;

/**
 * Tells the story of one image: what happened to it, its state, and the next command.
 *
 * @throws {UserFault} when no upload of the key is the chosen one
 */
export async function explainImage(
  key: string,
  opened: OpenPipeline,
  context: ExplainContext,
  { since, upload }: ExplainOptions = {},
): Promise<Story> {
  const isLocal = opened.connection.client.endpoint !== undefined;
  const from = since === undefined ? undefined : context.clock.now() - since * 1000;
  const logs = isLocal ? localImageLogs(opened, context) : awsImageLogs(opened, context);
  const traces = await gather({
    key,
    opened,
    context,
    logs,
    executions: (lines) => executionLines(opened.connection.client, lines),
    from,
    isLocal,
  });
  const isChosen = ({ eTag, versionId }: Story["uploads"][number]) => eTag === upload || versionId === upload;
  if (upload !== undefined && !traces.versions.some(isChosen))
    throw new UserFault(`${key} has no upload "${upload}": see the uploads of npx pipeline explain ${key}`);
  return tellStory(traces, upload);
}

/** `npx pipeline explain`. @returns 1 when the key is unknown, or the image has failed or has a problem */
export function explain(
  key: string,
  options: ExplainOptions & TargetOptions & { json?: boolean | undefined },
  context: Context,
): Promise<number> {
  return withConnection(options, context, async (connection) => {
    const story = await explainImage(key, openPipeline(connection), context, options);
    if (options.json) context.terminal.json(story);
    else context.terminal.out(toLines(story));
    return hasProblem(story) ? FOUND_OR_FAILED : DONE;
  });
}

function hasProblem({ state, check }: Story): boolean {
  const isBad = ["unknown key", "dead letter", "never notified", "expired", "unclear"].includes(state);
  return isBad || (state === "processed" && check !== null && check.length > 0);
}

function localImageLogs({ connection }: OpenPipeline, { runtimes }: ExplainContext): ImageLogs {
  return async ({ from }) => {
    const { names, client, description } = connection;
    const runtime = (await runtimes()).find(({ endpoint }) => endpoint === client.endpoint);
    if (!runtime)
      throw new UserFault(
        `${description} was not started on this machine by this user: its log folder is not known`,
      );
    const source = localLogs(runtime.logsDir, names.function(""));
    const lines = (await source.next()).filter(({ time }) => time !== null && Date.parse(time) >= from);
    return {
      lines: lines.sort((a, b) => (a.time ?? "").localeCompare(b.time ?? "")),
      from,
      bytesScanned: null,
      usd: null,
    };
  };
}

function awsImageLogs({ connection }: OpenPipeline, { clock, signal }: ExplainContext): ImageLogs {
  const { client: settings, names } = connection;
  return (search) => insightsLines({ ...search, settings, prefix: names.function(""), clock, signal });
}
