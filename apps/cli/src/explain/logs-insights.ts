import {
  CloudWatchLogsClient,
  GetQueryResultsCommand,
  type GetQueryResultsResponse,
  paginateDescribeLogGroups,
  StartQueryCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import type { Clock } from "@image-pipeline/local/clock";
import { pricesFor } from "@image-pipeline/schema/prices";
import { UserFault } from "@image-pipeline/schema/user-fault";
import type { Connection } from "../connection/connect.ts";
import { toLogLine } from "../logs/log-line.ts";
import type { FoundLines } from "./traces.ts";

const POLL_MILLISECONDS = 1000;
const MAX_LINES = 1000;
const MAX_POLLS = 120;
/** StartQuery takes so many log groups. */
const MAX_GROUPS = 50;
const GIGABYTE = 1e9;

export interface LogSearch {
  settings: Connection["client"];
  /** The beginning of every function's name, which lines do not repeat. */
  prefix: string;
  /** The beginning of the names of the functions whose logs are searched (default: all). */
  groups?: string;
  /** The condition of the query. */
  filter: string;
  /** Milliseconds since 1970. */
  from: number;
  clock: Clock;
  signal: AbortSignal;
}

export interface InsightsQuery extends Omit<LogSearch, "filter"> {
  key: string;
  imageId: string;
  correlationIds: readonly string[];
}

/** Finds the log lines of one image on AWS: by the key, the image's id and the correlation ids, each quoted as JSON. */
export function insightsLines({
  key,
  imageId,
  correlationIds,
  ...search
}: InsightsQuery): Promise<FoundLines> {
  const ids = correlationIds.map((id) => ` or correlationId = ${JSON.stringify(id)}`).join("");
  return searchLogs({ ...search, filter: `key = ${JSON.stringify(key)} or imageId = "${imageId}"${ids}` });
}

/** Finds log lines on AWS with one query of CloudWatch Logs Insights, which costs by the bytes that it scans. */
export async function searchLogs(query: LogSearch): Promise<FoundLines> {
  const { settings, prefix, groups = prefix, filter, from, clock, signal } = query;
  const client = new CloudWatchLogsClient(settings);
  try {
    const logGroupNames = await groupsOf(client, `/aws/lambda/${groups}`);
    if (logGroupNames.length === 0) return { lines: [], from, bytesScanned: 0, usd: 0 };
    const { queryId } = await client.send(
      new StartQueryCommand({
        logGroupNames,
        startTime: Math.floor(from / 1000),
        endTime: Math.ceil(clock.now() / 1000),
        queryString: `fields @timestamp, @message, @log | filter ${filter} | sort @timestamp asc`,
        limit: MAX_LINES,
      }),
    );
    for (let poll = 0; poll < MAX_POLLS && !signal.aborted; poll++) {
      const answer = await client.send(new GetQueryResultsCommand({ queryId }));
      if (answer.status === "Complete") return toFound(answer, query);
      if (["Failed", "Cancelled", "Timeout"].includes(answer.status ?? ""))
        throw new UserFault(`the query of CloudWatch Logs Insights ended as ${answer.status}`);
      await clock.sleep(POLL_MILLISECONDS, signal);
    }
    throw new UserFault("the query of CloudWatch Logs Insights did not end in time");
  } finally {
    client.destroy();
  }
}

async function groupsOf(client: CloudWatchLogsClient, logGroupNamePrefix: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { logGroups = [] } of paginateDescribeLogGroups({ client }, { logGroupNamePrefix }))
    for (const { logGroupName } of logGroups) if (logGroupName) names.push(logGroupName);
  return names.slice(0, MAX_GROUPS);
}

function toFound(
  { results = [], statistics }: GetQueryResultsResponse,
  { settings, prefix, from }: LogSearch,
): FoundLines {
  const bytesScanned = statistics?.bytesScanned ?? 0;
  const { prices } = pricesFor(settings.region);
  const lines = results.map((row) => {
    const fieldOf = (name: string) => row.find(({ field }) => field === name)?.value ?? "";
    // `@log` is the account and the name of the group.
    const name = fieldOf("@log").split(`/aws/lambda/${prefix}`).at(-1) ?? "";
    const line = toLogLine(name, fieldOf("@message").trimEnd());
    return {
      ...line,
      time: line.time ?? new Date(`${fieldOf("@timestamp").replace(" ", "T")}Z`).toISOString(),
    };
  });
  return { lines, from, bytesScanned, usd: (bytesScanned / GIGABYTE) * prices.logInsightsGigabyte };
}
