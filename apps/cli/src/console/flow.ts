import type { Flow } from "@image-pipeline/console/api/flow";
import type { Clock } from "@image-pipeline/local/clock";
import type { Connection } from "../connection/connect.ts";
import { findDeadLetterQueues } from "../dlq/dead-letter-queues.ts";
import { openOldestAges } from "../status/oldest-ages.ts";
import { readNumbers } from "../status/status.ts";
import { openTraffic } from "../status/traffic.ts";
import type { Area, ConsoleParts } from "./area.ts";
import { toDiagram } from "./flow-diagram.ts";

const LOCAL_MILLISECONDS = 1000;
/** Each reading on AWS costs a request for each queue, and SQS's numbers lag all the same. */
const AWS_MILLISECONDS = 10_000;
/** A metric of CloudWatch has one value a minute, and each reading of it is paid. */
const METRICS_MILLISECONDS = 60_000;
/** Subscriptions change only when stacks are deployed. */
const QUEUES_MILLISECONDS = 10_000;

/** The diagram with the numbers of its queues, read while a page shows it. */
export function flow({ pipeline, context, isLocal }: ConsoleParts): Area {
  const { clock } = context;
  /** All pages share what was read of a pipeline. */
  const opened = new WeakMap<Connection, Sources>();
  function sourcesOf(connection: Connection): Sources {
    const sources = opened.get(connection) ?? openSources(connection, clock, isLocal);
    opened.set(connection, sources);
    return sources;
  }
  return {
    channels: {
      async *flow(signal) {
        const read = (): Promise<Flow> =>
          pipeline.use(async ({ connection }) => {
            const { queues: find, ages, traffic } = sourcesOf(connection);
            const found = await find();
            const numbers = await readNumbers(found, connection, ages);
            const rates = await traffic(numbers.map(({ queue }) => queue));
            const queues = numbers.map((status) => {
              const { sent = null, deleted = null } = rates.get(status.queue) ?? {};
              // Messages that come to a dead-letter queue by a redrive policy are not counted.
              return {
                ...status,
                inPerMinute: status.isDeadLetterQueue ? null : sent,
                outPerMinute: deleted,
              };
            });
            return { at: new Date(clock.now()).toISOString(), queues, parts: toDiagram(found, connection) };
          });
        while (!signal.aborted) {
          yield await read();
          await clock.sleep(isLocal ? LOCAL_MILLISECONDS : AWS_MILLISECONDS, signal);
        }
      },
    },
  };
}

type Sources = ReturnType<typeof openSources>;

function openSources(connection: Connection, clock: Pick<Clock, "now">, isLocal: boolean) {
  const metrics = { clock, milliseconds: isLocal ? 0 : METRICS_MILLISECONDS };
  return {
    queues: kept(() => findDeadLetterQueues(connection), { clock, milliseconds: QUEUES_MILLISECONDS }),
    ages: kept(openOldestAges(connection, clock), metrics),
    traffic: kept(openTraffic(connection, clock), metrics),
  };
}

/** Asks again only after a time. */
function kept<Asked extends unknown[], Answer>(
  ask: (...asked: Asked) => Promise<Answer>,
  { clock, milliseconds }: { clock: Pick<Clock, "now">; milliseconds: number },
): (...asked: Asked) => Promise<Answer> {
  let last: { answer: Answer; at: number } | undefined;
  return async (...asked) => {
    if (last && clock.now() - last.at < milliseconds) return last.answer;
    last = { answer: await ask(...asked), at: clock.now() };
    return last.answer;
  };
}
