import { UserFault } from "@image-pipeline/schema/user-fault";
import { openEventsQueue } from "../events/events.ts";
import { followResults } from "../events/follow-results.ts";
import type { Area, ConsoleParts } from "./area.ts";

/** Result events, as `npx pipeline events` follows them: by a queue that exists while a page listens. */
export function events({ pipeline, context: { clock }, allowsWrites }: ConsoleParts): Area {
  return {
    channels: {
      async *events(signal) {
        if (!allowsWrites)
          throw new UserFault("events need a queue of their own: start the console with --allow-writes");
        const [{ sqs }, queue] = await pipeline.use(async ({ connection }) => [
          connection,
          await openEventsQueue(connection, { types: [], clock }),
        ]);
        try {
          const following = { sqs, queueUrl: queue.url, signal, onPoll: queue.keepAlive };
          for await (const followed of followResults(following))
            if ("event" in followed) yield followed.event;
        } finally {
          await queue.close();
        }
      },
    },
  };
}
