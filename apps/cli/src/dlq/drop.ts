import { USAGE, UserFault } from "@image-pipeline/schema/user-fault";
import type { TargetOptions } from "../connection/target.ts";
import type { Context } from "../program/context.ts";
import { DONE, FOUND_OR_FAILED } from "../program/exit-codes.ts";
import { toAmount } from "../terminal/units.ts";
import type { DeadLetter } from "./dead-letter.ts";
import { type Reading, readDeadLetters } from "./read-dead-letters.ts";
import { toListing, toMessage } from "./report.ts";
import { readSelected, type Selection } from "./select.ts";
import { withDeadLetters } from "./with-dead-letters.ts";

export interface DropOptions extends TargetOptions, Selection {
  yes?: boolean | undefined;
  dryRun?: boolean | undefined;
  json?: boolean | undefined;
}

/**
 * Removes messages for good, after a question or with `--yes`.
 *
 * @throws {UserFault} when nothing is selected, or there is no terminal to ask on
 */
export function dropDeadLetters(
  message: string | undefined,
  options: DropOptions,
  context: Context,
): Promise<number> {
  const { reason, yes = false, dryRun = false } = options;
  if (message === undefined && reason === undefined)
    throw new UserFault("say which messages to drop: an id, a key, or --reason REASON", USAGE);
  if (!yes && !dryRun && context.confirm === null)
    throw new UserFault("drop asks before it removes messages: add --yes if there is no terminal", USAGE);
  return withDeadLetters(options, context, async ({ reading }) => {
    const letters = await readSelected(reading, { message, reason });
    if (context.signal.aborted) return undefined;
    tell(letters, options, { context, reading });
    const count = toAmount(letters.length, "message");
    if (dryRun) {
      context.terminal.note(`${count} would be dropped`);
      return DONE;
    }
    if (letters.length > 0 && !yes && !(await context.confirm?.(`Remove ${count} for good?`))) {
      context.terminal.note("nothing was dropped");
      return FOUND_OR_FAILED;
    }
    const dropped = await removeDeadLetters(new Set(letters.map(({ id }) => id)), reading);
    context.terminal.note(`${toAmount(dropped, "message")} dropped`);
    return dropped < letters.length ? FOUND_OR_FAILED : DONE;
  });
}

function tell(
  letters: readonly DeadLetter[],
  { json = false }: DropOptions,
  { context: { terminal, clock }, reading }: { context: Context; reading: Reading },
): void {
  const queues = reading.queues.filter((queue) => letters.some((letter) => letter.queue === queue));
  if (json) for (const letter of letters) terminal.json(toMessage(letter, clock.now()));
  else terminal.out(toListing(queues, letters, clock.now()));
}

/** Removes messages for good. They are read again, since nothing holds them meanwhile. @returns how many were removed */
export async function removeDeadLetters(
  ids: ReadonlySet<string>,
  reading: Reading,
  onRemoved: (id: string) => void = () => {},
): Promise<number> {
  let dropped = 0;
  await readDeadLetters(reading, async (letters, held) => {
    for (const letter of letters.filter(({ id }) => ids.has(id))) {
      if (reading.signal.aborted) return false;
      await held.remove(letter.message);
      dropped++;
      onRemoved(letter.id);
    }
    return dropped < ids.size;
  });
  return dropped;
}
