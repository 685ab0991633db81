import type { DeadLetterRow } from "@image-pipeline/console/api/dead-letters";
import { UserFault } from "@image-pipeline/schema/user-fault";
import * as z from "zod";
import type { OpenPipeline } from "../../connection/open-pipeline.ts";
import { findDeadLetterQueues } from "../../dlq/dead-letter-queues.ts";
import { removeDeadLetters } from "../../dlq/drop.ts";
import type { Reading } from "../../dlq/read-dead-letters.ts";
import { redrive } from "../../dlq/redrive.ts";
import { readSelected } from "../../dlq/select.ts";
import { withSender } from "../../dlq/sender.ts";
import { toShown } from "../../dlq/show.ts";
import { openReading } from "../../dlq/with-dead-letters.ts";
import { messagesIn } from "../../queues/queue-depth.ts";
import type { Area, ConsoleParts } from "../area.ts";
import { keptReading } from "../kept-reading.ts";
import { keptRecords, type LetterList, type ListedLetter, readLetterList, without } from "./letter-list.ts";
import { tasks } from "./progress.ts";

/** As `npx pipeline dlq redrive` does by default: a dependency that has just come back is not flooded. */
const MESSAGES_PER_SECOND = 50;

const Body = z.strictObject({
  ids: z.array(z.string()).min(1).optional(),
  reason: z.string().min(1).optional(),
  dryRun: z.boolean().optional(),
});

/** A shorter list is read for each page. */
const FEW = 500;

/** The messages that a change is about. */
interface Wanted {
  ids: ReadonlySet<string> | undefined;
  reason: string | undefined;
  dryRun: boolean;
}

/** @throws {UserFault} when it names no messages: a change of all must say so by a reason */
function toWanted(body: unknown): Wanted {
  const { ids, reason, dryRun = false } = Body.parse(body);
  if (ids === undefined && reason === undefined) throw new UserFault("choose messages, or a reason");
  return { ids: ids && new Set(ids), reason, dryRun };
}

/** The messages in the dead-letter queues, as `npx pipeline dlq` shows and changes them. */
export function deadLetters({ pipeline, context }: ConsoleParts): Area {
  const { clock } = context;
  const { inTurn, follow } = tasks(clock);
  const withRecords = keptRecords();
  const list = keptReading(
    (open) =>
      inTurn({ task: "read", of: null }, async (onRead) =>
        readLetterList(await reader(open, context.signal), clock, onRead),
      ),
    { clock, leastMilliseconds: Number.POSITIVE_INFINITY, usesOld: false },
  );

  async function reader({ connection }: OpenPipeline, signal: AbortSignal): Promise<Reading> {
    const reading = await openReading(connection, signal);
    return { ...reading, failures: withRecords(reading.failures) };
  }
  /** A long list is used until the queues hold another number of messages, since reading it takes minutes. */
  async function isNews(open: OpenPipeline, { letters }: LetterList): Promise<boolean> {
    if (letters.length <= FEW) return true;
    const queues = await findDeadLetterQueues(open.connection);
    const names = queues.map(({ name }) => name);
    return (await messagesIn(open.connection.sqs, names)) !== letters.length;
  }
  /** The messages that the user has seen, of those that the change is about. */
  async function seen(open: OpenPipeline, { ids, reason }: Wanted): Promise<ReadonlySet<string>> {
    if (ids) return ids;
    const { letters } = list.peek(open) ?? (await list.value(open));
    return new Set(letters.filter((letter) => letter.reason === reason).map(({ id }) => id));
  }
  async function redriveAll(open: OpenPipeline, wanted: Wanted, signal: AbortSignal): Promise<number> {
    const { ids, dryRun } = wanted;
    const { size: of } = await seen(open, wanted);
    const moved = new Set<string>();
    try {
      return await inTurn({ task: "redrive", of }, async (onDone) => {
        const reading = await reader(open, signal);
        const onRedriven = ({ id }: { id: string }) => onDone(moved.add(id).size);
        const selection = { ...wanted, rate: MESSAGES_PER_SECOND, limit: ids?.size };
        return withSender(open.connection, (send) =>
          redrive(selection, { ...reading, send, clock, onRedriven }),
        );
      });
    } finally {
      if (!dryRun) list.update((all) => without(all, moved));
    }
  }
  async function dropAll(open: OpenPipeline, wanted: Wanted, signal: AbortSignal): Promise<number> {
    const ids = await seen(open, wanted);
    if (wanted.dryRun) return ids.size;
    const removed = new Set<string>();
    try {
      return await inTurn({ task: "drop", of: ids.size }, async (onDone) =>
        removeDeadLetters(ids, await reader(open, signal), (id) => onDone(removed.add(id).size)),
      );
    } finally {
      list.update((all) => without(all, removed));
    }
  }

  return {
    reads: {
      "/api/dead-letters": ({ query }) =>
        pipeline.use(async (open) => {
          const kept = list.peek(open);
          if (kept && (query.has("again") || (await isNews(open, kept)))) list.forget();
          const { at, letters } = await list.value(open);
          return { at: new Date(at).toISOString(), messages: letters.map(toRow) };
        }),
      "/api/dead-letter": ({ query, signal }) =>
        pipeline.use(async (open) => {
          const message = query.get("id") ?? "";
          const letters = list.peek(open)?.letters ?? [];
          const { payload = null, ...listed } = letters.find(({ id }) => id === message) ?? {};
          if ("id" in listed && payload !== null) return { ...listed, payload };
          return inTurn({ task: "read", of: null }, async (onRead) => {
            const [letter] = await readSelected(await reader(open, signal), { message }, onRead);
            if (!letter) throw new UserFault(`no dead-letter queue holds the message ${message} any more`);
            return toShown(letter, clock.now());
          });
        }),
    },
    changes: {
      "/api/dead-letters/redrive": ({ body, signal }) =>
        pipeline.use(async (open) => ({ count: await redriveAll(open, toWanted(body), signal) })),
      "/api/dead-letters/drop": ({ body, signal }) =>
        pipeline.use(async (open) => ({ count: await dropAll(open, toWanted(body), signal) })),
    },
    channels: { "dead-letters": follow },
  };
}

function toRow({ payload: _, receiveCount: __, ...row }: ListedLetter): DeadLetterRow {
  return row;
}
