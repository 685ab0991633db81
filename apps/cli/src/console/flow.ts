import type { Flow } from "@image-pipeline/console/api/flow";
import { readQueues } from "../status/status.ts";
import type { Area, ConsoleParts } from "./area.ts";

const LOCAL_MILLISECONDS = 1000;
/** Each reading on AWS costs a request for each queue, and SQS's numbers lag all the same. */
const AWS_MILLISECONDS = 10_000;

/** The numbers of the queues, while somebody looks at them. */
export function flow({ pipeline, context, isLocal }: ConsoleParts): Area {
  const { clock } = context;
  const read = (): Promise<Flow> =>
    pipeline.use(async ({ connection }) => ({
      at: new Date(clock.now()).toISOString(),
      queues: await readQueues(connection, clock),
    }));
  return {
    channels: {
      async *flow(signal) {
        while (!signal.aborted) {
          yield await read();
          await clock.sleep(isLocal ? LOCAL_MILLISECONDS : AWS_MILLISECONDS, signal);
        }
      },
    },
  };
}
