import { CloudWatchClient, type MetricDataQuery, paginateGetMetricData } from "@aws-sdk/client-cloudwatch";
import type { Clock } from "@image-pipeline/local/clock";
import type { Connection } from "../connection/connect.ts";

const PERIOD_SECONDS = 60;
/** The metrics come a few minutes late. */
const LOOK_BACK_MILLISECONDS = 15 * 60_000;

/** One metric of one queue, and the id of its value in the answer. */
export interface QueueMetric {
  id: string;
  queue: string;
  name: string;
  statistic: "Maximum" | "Sum";
}

/** Reads the last minute that CloudWatch has of each metric, by id, in one request. Metrics without a value are left out. */
export async function latestMetrics(
  settings: Connection["client"],
  metrics: readonly QueueMetric[],
  { now }: Pick<Clock, "now">,
): Promise<ReadonlyMap<string, number>> {
  const client = new CloudWatchClient(settings);
  const request = {
    StartTime: new Date(now() - LOOK_BACK_MILLISECONDS),
    EndTime: new Date(now()),
    ScanBy: "TimestampDescending",
    MetricDataQueries: metrics.map(toQuery),
  } as const;
  try {
    const found = new Map<string, number>();
    for await (const { MetricDataResults = [] } of paginateGetMetricData({ client }, request))
      for (const { Id = "", Values: [latest] = [] } of MetricDataResults)
        if (latest !== undefined && !found.has(Id)) found.set(Id, latest);
    return found;
  } finally {
    client.destroy();
  }
}

function toQuery({ id, queue, name, statistic }: QueueMetric): MetricDataQuery {
  const Dimensions = [{ Name: "QueueName", Value: queue }];
  const Metric = { Namespace: "AWS/SQS", MetricName: name, Dimensions };
  return { Id: id, MetricStat: { Metric, Period: PERIOD_SECONDS, Stat: statistic } };
}
