import type { TargetOptions } from "../connection/target.ts";
import type { Context } from "../program/context.ts";
import { DONE } from "../program/exit-codes.ts";
import { toPlainText } from "../terminal/plain-text.ts";
import { toTable } from "../terminal/table.ts";
import type { DeadLetter } from "./dead-letter.ts";
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
      if (options.json) terminal.out(toJson(letter, clock.now()));
      else for (const line of toLines(letter, index > 0)) terminal.out(line);
    }
    return DONE;
  });
}

function toJson(letter: DeadLetter, now: number): string {
  const { message, payload } = letter;
  const receiveCount = Number(message.Attributes?.ApproximateReceiveCount ?? 0);
  return JSON.stringify({ ...toMessage(letter, now), receiveCount, payload });
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
  ].map((row) => row.map(toPlainText));
  return [...(isFurther ? [""] : []), ...toTable(rows).map((row) => row), toIndented(payload)];
}

function toIndented(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return toPlainText(json);
  }
}
