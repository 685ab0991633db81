import { UserFault } from "@image-pipeline/schema/user-fault";
import * as z from "zod";
import { removeDeadLetters } from "../dlq/drop.ts";
import { redrive } from "../dlq/redrive.ts";
import { toMessage } from "../dlq/report.ts";
import { readSelected, type Selection } from "../dlq/select.ts";
import { withSender } from "../dlq/sender.ts";
import { toShown } from "../dlq/show.ts";
import { openReading } from "../dlq/with-dead-letters.ts";
import type { Area, ConsoleParts } from "./area.ts";

/** As `npx pipeline dlq redrive` does by default: a dependency that has just come back is not flooded. */
const MESSAGES_PER_SECOND = 50;

const Body = z.strictObject({
  ids: z.array(z.string()).min(1).optional(),
  reason: z.string().min(1).optional(),
  dryRun: z.boolean().optional(),
});

/** @throws {UserFault} when it names no messages: a change of all must say so by a reason */
function toSelection(body: unknown): Selection & { dryRun: boolean } {
  const { ids, reason, dryRun = false } = Body.parse(body);
  if (ids === undefined && reason === undefined) throw new UserFault("choose messages, or a reason");
  return { ...(ids && { ids: new Set(ids) }), ...(reason !== undefined && { reason }), dryRun };
}

/** The messages in the dead-letter queues, as `npx pipeline dlq` shows and changes them. */
export function deadLetters({ pipeline, context }: ConsoleParts): Area {
  const { clock } = context;
  return {
    reads: {
      "/api/dead-letters": ({ signal }) =>
        pipeline.use(async ({ connection }) => {
          const letters = await readSelected(await openReading(connection, signal), {});
          return { messages: letters.map((letter) => toMessage(letter, clock.now())) };
        }),
      "/api/dead-letter": ({ query, signal }) =>
        pipeline.use(async ({ connection }) => {
          const message = query.get("id") ?? "";
          const [letter] = await readSelected(await openReading(connection, signal), { message });
          if (!letter) throw new UserFault(`no dead-letter queue holds the message ${message} any more`);
          return toShown(letter, clock.now());
        }),
    },
    changes: {
      "/api/dead-letters/redrive": ({ body, signal }) =>
        pipeline.use(async ({ connection }) => {
          const selection = { ...toSelection(body), rate: MESSAGES_PER_SECOND };
          const reading = await openReading(connection, signal);
          const count = await withSender(connection, (send) =>
            redrive(selection, { ...reading, send, clock, onRedriven: () => {} }),
          );
          return { count };
        }),
      "/api/dead-letters/drop": ({ body, signal }) =>
        pipeline.use(async ({ connection }) => {
          const { dryRun, ...selection } = toSelection(body);
          const reading = await openReading(connection, signal);
          const letters = await readSelected(reading, selection);
          if (dryRun) return { count: letters.length };
          return { count: await removeDeadLetters(new Set(letters.map(({ id }) => id)), reading) };
        }),
    },
  };
}
