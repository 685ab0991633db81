import type { Flow, QueueNumbers } from "@image-pipeline/console/api/flow";
import { findDeadLetterQueues } from "../dlq/dead-letter-queues.ts";
import type { QueueStatus } from "../status/json.ts";
import { readNumbers } from "../status/status.ts";
import type { Area, ConsoleParts } from "./area.ts";
import { toDiagram } from "./flow-diagram.ts";

const LOCAL_MILLISECONDS = 1000;
/** Each reading on AWS costs a request for each queue, and SQS's numbers lag all the same. */
const AWS_MILLISECONDS = 10_000;
/** A rate is of the last minute; in less than a few seconds one message would make a rate of hundreds. */
const LONGEST_MILLISECONDS = 60_000;
const SHORTEST_MILLISECONDS = 5000;

/** The diagram with the numbers of its queues, read while a page shows it. */
export function flow({ pipeline, context, isLocal }: ConsoleParts): Area {
  const { clock } = context;
  return {
    channels: {
      async *flow(signal) {
        const withRates = rates();
        const read = (): Promise<Flow> =>
          pipeline.use(async ({ connection }) => {
            const found = await findDeadLetterQueues(connection);
            const now = clock.now();
            const queues = withRates(await readNumbers(found, connection, clock), now);
            return { at: new Date(now).toISOString(), queues, parts: toDiagram(found, connection) };
          });
        while (!signal.aborted) {
          yield await read();
          await clock.sleep(isLocal ? LOCAL_MILLISECONDS : AWS_MILLISECONDS, signal);
        }
      },
    },
  };
}

/** Compares each reading with the oldest of the last minute. */
export function rates(): (queues: readonly QueueStatus[], now: number) => QueueNumbers[] {
  const readings: { at: number; counts: ReadonlyMap<string, number> }[] = [];
  return (queues, now) => {
    while (readings[0] && now - readings[0].at > LONGEST_MILLISECONDS) readings.shift();
    readings.push({ at: now, counts: new Map(queues.map((status) => [status.queue, toTotal(status)])) });
    const [{ at, counts } = { at: now, counts: new Map<string, number>() }] = readings;
    return queues.map((status) => {
      const before = counts.get(status.queue);
      const isKnown = before !== undefined && now - at >= SHORTEST_MILLISECONDS;
      const perMinute = isKnown ? Math.round(((toTotal(status) - before) * 60_000) / (now - at)) : null;
      return { ...status, perMinute };
    });
  };
}

function toTotal({ waiting, inFlight, delayed }: QueueStatus): number {
  return waiting + inFlight + delayed;
}
