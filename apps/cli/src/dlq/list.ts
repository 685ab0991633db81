import type { TargetOptions } from "../connection/target.ts";
import type { Context } from "../program/context.ts";
import { DONE } from "../program/exit-codes.ts";
import { toCount } from "../terminal/units.ts";
import { toListing, toMessage } from "./report.ts";
import { readSelected, type Selection } from "./select.ts";
import { withDeadLetters } from "./with-dead-letters.ts";

export interface ListOptions extends TargetOptions, Selection {
  json?: boolean | undefined;
}

/** @throws {UserFault} when no message failed for the reason that is asked for */
export function listDeadLetters(options: ListOptions, context: Context): Promise<number> {
  const { terminal, clock } = context;
  return withDeadLetters(options, context, async ({ reading }) => {
    const letters = await readSelected(reading, { reason: options.reason }, (count) =>
      terminal.status(`${toCount(count)} read`),
    );
    terminal.status("");
    if (options.json) for (const letter of letters) terminal.json(toMessage(letter, clock.now()));
    else terminal.out(toListing(reading.queues, letters, clock.now()));
    return DONE;
  });
}
