import { CloudWatchClient, type MetricDataQuery, paginateGetMetricData } from "@aws-sdk/client-cloudwatch";
import type { Clock } from "@image-pipeline/local/clock";
import type { Connection } from "../connection/connect.ts";
import { localQueues } from "./local-queues.ts";

/** Finds the age in seconds of the oldest message of each queue; queues without messages are left out. */
export type OldestAges = (queues: readonly string[]) => Promise<ReadonlyMap<string, number>>;

/** SQS itself tells no ages: on AWS they are a metric. */
export function openOldestAges({ client }: Connection, clock: Pick<Clock, "now">): OldestAges {
  return client.endpoint === undefined ? cloudWatchAges(client, clock) : localAges(client.endpoint, clock);
}

/** The local services have the time of the oldest message of each queue. */
function localAges(endpoint: string, { now }: Pick<Clock, "now">): OldestAges {
  return async (queues) => {
    const found = await localQueues(endpoint);
    const ages = new Map<string, number>();
    for (const queue of queues) {
      const oldest = found.get(queue)?.oldestSentTimestamp ?? null;
      if (oldest !== null) ages.set(queue, Math.max(0, Math.round((now() - oldest) / 1000)));
    }
    return ages;
  };
}

const PERIOD_SECONDS = 60;
/** The metric comes a few minutes late. */
const LOOK_BACK_MILLISECONDS = 15 * 60_000;

/** Reads the ages from the metric of SQS. */
export function cloudWatchAges(settings: Connection["client"], { now }: Pick<Clock, "now">): OldestAges {
  return async (queues) => {
    const client = new CloudWatchClient(settings);
    const request = {
      StartTime: new Date(now() - LOOK_BACK_MILLISECONDS),
      EndTime: new Date(now()),
      ScanBy: "TimestampDescending",
      MetricDataQueries: queues.map(toQuery),
    } as const;
    try {
      const ages = new Map<string, number>();
      for await (const { MetricDataResults = [] } of paginateGetMetricData({ client }, request))
        for (const { Id = "", Values = [] } of MetricDataResults) {
          const queue = queues[Number(Id.slice(1))];
          const [latest = 0] = Values;
          if (queue !== undefined && latest > 0) ages.set(queue, latest);
        }
      return ages;
    } finally {
      client.destroy();
    }
  };
}

function toQuery(queue: string, index: number): MetricDataQuery {
  const Dimensions = [{ Name: "QueueName", Value: queue }];
  const Metric = { Namespace: "AWS/SQS", MetricName: "ApproximateAgeOfOldestMessage", Dimensions };
  return { Id: `q${index}`, MetricStat: { Metric, Period: PERIOD_SECONDS, Stat: "Maximum" } };
}
