import type { Clock } from "@image-pipeline/local/clock";
import type { Connection } from "../connection/connect.ts";
import { latestMetrics } from "./latest-metrics.ts";
import { type LocalQueue, localQueues } from "./local-queues.ts";

/** Messages of a queue in a minute. */
export interface Rates {
  /** Sent to it. As CloudWatch counts, without those that a redrive policy has moved. */
  sent: number;
  /** Deleted, which a receiver does when it is done with them. */
  deleted: number;
}

/** Finds the rates of queues; a queue without readings enough is left out. */
export type Traffic = (queues: readonly string[]) => Promise<ReadonlyMap<string, Rates>>;

export function openTraffic({ client }: Connection, clock: Pick<Clock, "now">): Traffic {
  return client.endpoint === undefined
    ? cloudWatchTraffic(client, clock)
    : localTraffic(client.endpoint, clock);
}

/** A rate is of the last minute; in less than a few seconds one message would make a rate of hundreds. */
const LONGEST_MILLISECONDS = 60_000;
const SHORTEST_MILLISECONDS = 5000;

function localTraffic(endpoint: string, { now }: Pick<Clock, "now">): Traffic {
  const compare = comparison();
  return async () => compare(await localQueues(endpoint), now());
}

/** @returns a function that compares each reading with the oldest of the last minute */
export function comparison(): (
  queues: ReadonlyMap<string, Pick<LocalQueue, "counts">>,
  now: number,
) => ReadonlyMap<string, Rates> {
  const readings: { at: number; queues: ReadonlyMap<string, Pick<LocalQueue, "counts">> }[] = [];
  return (queues, now) => {
    while (readings[0] && now - readings[0].at > LONGEST_MILLISECONDS) readings.shift();
    readings.push({ at: now, queues });
    const [oldest = { at: now, queues }] = readings;
    const minutes = (now - oldest.at) / 60_000;
    const rates = new Map<string, Rates>();
    if (now - oldest.at < SHORTEST_MILLISECONDS) return rates;
    for (const [name, { counts }] of queues) {
      const before = oldest.queues.get(name)?.counts;
      // A runtime that was started again counts from zero.
      if (before === undefined || counts.sent < before.sent || counts.deleted < before.deleted) continue;
      const perMinute = (count: "sent" | "deleted") => Math.round((counts[count] - before[count]) / minutes);
      rates.set(name, { sent: perMinute("sent"), deleted: perMinute("deleted") });
    }
    return rates;
  };
}

const METRICS = { sent: "NumberOfMessagesSent", deleted: "NumberOfMessagesDeleted" } as const;

/** Reads both rates of the last minute that CloudWatch has. */
export function cloudWatchTraffic(settings: Connection["client"], clock: Pick<Clock, "now">): Traffic {
  return async (queues) => {
    const metrics = queues.flatMap((queue, index) =>
      Object.entries(METRICS).map(([id, name]) => ({
        ...{ id: `${id}${index}`, queue, name },
        statistic: "Sum" as const,
      })),
    );
    const found = await latestMetrics(settings, metrics, clock);
    return new Map(
      queues.map((queue, index) => [
        queue,
        { sent: found.get(`sent${index}`) ?? 0, deleted: found.get(`deleted${index}`) ?? 0 },
      ]),
    );
  };
}
