import { readFileSync } from "node:fs";
import type { ResultEvent } from "@image-pipeline/schema/events";
import { UserFault } from "@image-pipeline/schema/user-fault";
import * as z from "zod";
import { openEventsQueue } from "../events/events.ts";
import { followResults } from "../events/follow-results.ts";
import { sendAgain } from "../events/send-again.ts";
import { TYPES } from "../events/types.ts";
import { webhookDeliveries } from "../events/webhook-deliveries.ts";
import type { Area, ConsoleParts } from "./area.ts";

/** Older events can no longer be sent again. */
const KEPT_EVENTS = 500;
/** On this machine all deliveries are shown that the runtime's logs have. */
const LOCAL_SECONDS = 365 * 24 * 3600;
const HOUR_SECONDS = 3600;

/** The page names an event that came through this console, so that it can publish no other. The key is for the audit's line. */
const Body = z.strictObject({ id: z.string(), key: z.string(), dryRun: z.boolean().optional() });

/** Result events, as `npx pipeline events` follows them: by a queue that exists while a page listens. */
export function events({ pipeline, context, allowsWrites, isLocal }: ConsoleParts): Area {
  const { clock } = context;
  const kept = new Map<string, ResultEvent>();

  function keep(event: ResultEvent): void {
    kept.delete(event.id);
    kept.set(event.id, event);
    for (const oldest of kept.keys()) if (kept.size > KEPT_EVENTS) kept.delete(oldest);
  }

  return {
    reads: {
      "/api/events/schema": async ({ query }) => ({ schema: schemaOf(query.get("type") ?? "") }),
      "/api/webhooks": ({ signal }) =>
        pipeline.use(({ connection }) =>
          webhookDeliveries(connection, isLocal ? LOCAL_SECONDS : HOUR_SECONDS, { ...context, signal }),
        ),
    },
    changes: {
      "/api/events/send-again": ({ body }) => {
        const { id, key, dryRun = false } = Body.parse(body);
        const event = kept.get(id);
        if (event?.subject !== key)
          throw new UserFault(
            `this console does not have the event ${id} any more: wait for it, or process the image again by npx pipeline backfill`,
          );
        return pipeline.use(({ connection }) => sendAgain(connection, event, dryRun));
      },
    },
    channels: {
      async *events(signal) {
        if (!allowsWrites)
          throw new UserFault("events need a queue of their own: start the console with --allow-writes");
        const [{ sqs }, queue] = await pipeline.use(async ({ connection }) => [
          connection,
          await openEventsQueue(connection, { clock }),
        ]);
        try {
          const following = { sqs, queueUrl: queue.url, signal, onPoll: queue.keepAlive };
          for await (const followed of followResults(following)) {
            if (!("event" in followed)) continue;
            keep(followed.event);
            yield followed.event;
          }
        } finally {
          await queue.close();
        }
      },
    },
  };
}

/** Reads the published JSON Schema of a type of event. @throws {UserFault} for a type that does not exist */
function schemaOf(type: string): Record<string, unknown> {
  if (!TYPES.includes(type)) throw new UserFault(`there is no event type "${type}"`);
  const name = `${type.replace(".", "-")}.v1.json`;
  const file = new URL(import.meta.resolve(`@image-pipeline/schema/json-schema/${name}`));
  return z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(file, "utf8")));
}
