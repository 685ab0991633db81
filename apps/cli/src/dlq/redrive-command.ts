import type { TargetOptions } from "../connection/target.ts";
import type { Context } from "../program/context.ts";
import { DONE } from "../program/exit-codes.ts";
import { toAmount, toCount } from "../terminal/units.ts";
import type { DeadLetter } from "./dead-letter.ts";
import { type RedriveOptions, redrive } from "./redrive.ts";
import { toMessage } from "./report.ts";
import { readSelected } from "./select.ts";
import { withSender } from "./sender.ts";
import { withDeadLetters } from "./with-dead-letters.ts";

export interface RedriveCommandOptions extends TargetOptions, RedriveOptions {
  json?: boolean | undefined;
}

/** @throws {UserFault} when the message or the reason that is asked for does not exist */
export function redriveDeadLetters(
  message: string | undefined,
  options: RedriveCommandOptions,
  context: Context,
): Promise<number> {
  const { terminal, signal, clock } = context;
  const done = options.dryRun ? "would be sent back" : "sent back";
  let count = 0;
  const onRedriven = (letter: DeadLetter) => {
    count++;
    if (options.json) terminal.json(toMessage(letter, clock.now()));
    else terminal.status(`${toCount(count)} ${done}`);
  };
  return withDeadLetters(options, context, async ({ connection, reading }) => {
    try {
      // An ambiguous id is refused before anything is sent.
      if (message !== undefined) await readSelected(reading, { message });
      await withSender(connection, (send) =>
        redrive({ ...options, message }, { ...reading, send, clock, onRedriven }),
      );
      return DONE;
    } finally {
      terminal.status("");
      if (count > 0 || !signal.aborted)
        terminal.note(`${toAmount(count, "message")} ${done}${signal.aborted ? ", then stopped" : ""}`);
    }
  });
}
