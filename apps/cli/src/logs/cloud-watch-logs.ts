import {
  CloudWatchLogsClient,
  paginateDescribeLogGroups,
  paginateFilterLogEvents,
} from "@aws-sdk/client-cloudwatch-logs";
import type { Connection } from "../connection/connect.ts";
import { isMetrics, type LogLine, type LogSource, toLogLine } from "./log-line.ts";

/** Events may arrive in CloudWatch some seconds after their time. */
const OVERLAP_MILLISECONDS = 30_000;

export interface CloudWatchLogsOptions {
  settings: Connection["client"];
  /** The beginning of every function's name. */
  prefix: string;
  /** Milliseconds since 1970. */
  since: number;
  /** Only events with this text; all when undefined. */
  key: string | undefined;
}

/** The logs of every function of a pipeline on AWS. */
export function cloudWatchLogs({ settings, prefix, since, key }: CloudWatchLogsOptions): LogSource {
  const client = new CloudWatchLogsClient(settings);
  const groupPrefix = `/aws/lambda/${prefix}`;
  const seen = new Set<string>();
  let from = since;

  async function* groups(): AsyncGenerator<string> {
    const request = { logGroupNamePrefix: groupPrefix };
    for await (const { logGroups = [] } of paginateDescribeLogGroups({ client }, request))
      for (const { logGroupName } of logGroups) if (logGroupName) yield logGroupName;
  }

  async function eventsOf(logGroupName: string): Promise<LogLine[]> {
    const filterPattern = key === undefined ? undefined : JSON.stringify(key);
    const request = { logGroupName, startTime: from, ...(filterPattern && { filterPattern }) };
    const lines: LogLine[] = [];
    for await (const { events = [] } of paginateFilterLogEvents({ client }, request))
      for (const { eventId = "", timestamp = 0, message = "" } of events) {
        if (seen.has(eventId) || isMetrics(message)) continue;
        seen.add(eventId);
        const line = toLogLine(logGroupName.slice(groupPrefix.length), message.trimEnd());
        lines.push({ ...line, time: line.time ?? new Date(timestamp).toISOString() });
      }
    return lines;
  }

  return {
    pollMilliseconds: 3000,
    async next() {
      const lines: LogLine[] = [];
      for await (const group of groups()) lines.push(...(await eventsOf(group)));
      const latest = Math.max(0, ...lines.map(({ time }) => Date.parse(time ?? "") || 0));
      from = Math.max(from, latest - OVERLAP_MILLISECONDS);
      return lines;
    },
    close: () => client.destroy(),
  };
}
