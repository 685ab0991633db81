import type { Clock } from "@image-pipeline/local/clock";
import type { Connection } from "../connection/connect.ts";
import { latestMetrics } from "./latest-metrics.ts";
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

/** Reads the ages from the metric of SQS. */
export function cloudWatchAges(settings: Connection["client"], clock: Pick<Clock, "now">): OldestAges {
  return async (queues) => {
    const metrics = queues.map((queue, index) => ({
      ...{ id: `q${index}`, queue, name: "ApproximateAgeOfOldestMessage" },
      statistic: "Maximum" as const,
    }));
    const found = await latestMetrics(settings, metrics, clock);
    const ages = queues.map((queue, index): [string, number] => [queue, found.get(`q${index}`) ?? 0]);
    return new Map(ages.filter(([, age]) => age > 0));
  };
}
