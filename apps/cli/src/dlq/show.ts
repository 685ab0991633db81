import { toSafeJson } from "@image-pipeline/schema/plain-text";
import type * as z from "zod";
import type { TargetOptions } from "../connection/target.ts";
import type { Context } from "../program/context.ts";
import { DONE } from "../program/exit-codes.ts";
import { toTable } from "../terminal/table.ts";
import type { DeadLetter } from "./dead-letter.ts";
import type { ShownMessage } from "./json.ts";
import { toMessage } from "./report.ts";
import { readSelected } from "./select.ts";
import { destinationOf } from "./sender.ts";
import { withDeadLetters } from "./with-dead-letters.ts";

export interface ShowOptions extends TargetOptions {
  json?: boolean | undefined;
}

/**
 * Shows a message, or every message of a key.
 *
 * @throws {UserFault} when no queue holds such a message
 */
export function showDeadLetter(message: string, options: ShowOptions, context: Context): Promise<number> {
  const { terminal, clock } = context;
  return withDeadLetters(options, context, async ({ reading }) => {
    const letters = await readSelected(reading, { message });
    for (const [index, letter] of letters.entries()) {
      if (options.json) terminal.json(toShown(letter, clock.now()));
      else terminal.out(toLines(letter, index > 0));
    }
    return DONE;
  });
}

/** One message as `dlq show --json` writes it. */
export function toShown(letter: DeadLetter, now: number): z.infer<typeof ShownMessage> {
  const { message, payload } = letter;
  const receiveCount = Number(message.Attributes?.ApproximateReceiveCount ?? 0);
  return { ...toMessage(letter, now), receiveCount, payload };
}

function toLines(letter: DeadLetter, isFurther: boolean): string[] {
  const { id, queue, reason, text, key, sentAt, message, payload } = letter;
  const rows = [
    ["id:", id],
    ["queue:", queue.name],
    ["goes back to:", destinationOf(queue)],
    ["reason:", reason],
    ["error:", text],
    ["key:", key ?? "(no image event)"],
    ["first sent:", new Date(sentAt).toISOString()],
    ["received:", `${message.Attributes?.ApproximateReceiveCount ?? "?"} times`],
  ];
  return [...(isFurther ? [""] : []), ...toTable(rows), ...toIndented(payload)];
}

function toIndented(json: string): string[] {
  try {
    return toSafeJson(JSON.stringify(JSON.parse(json), null, 2)).split("\n");
  } catch {
    return [json];
  }
}
