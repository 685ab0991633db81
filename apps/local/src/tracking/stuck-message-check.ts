import type { LocalServices } from "../services/local-services.ts";
import { toDeadUploads } from "./dead-letter.ts";
import type { Ledger } from "./tracked-uploads.ts";

export interface AuditorOptions {
  services: Pick<LocalServices, "count" | "peek">;
  ledger: Ledger;
  /** In the order in which work moves through them. */
  workQueues: readonly string[];
  deadLetterQueues: readonly string[];
}

/** Finds what no result event tells of: uploads in dead-letter queues, and uploads that are nowhere. */
export interface Auditor {
  /** Tells the ledger of the messages that are new in a dead-letter queue; those from before it was made are not. */
  collectLetters(): void;
  /** Whether nothing is on its way any more: an upload that is still open then has left no trace. */
  isIdle(): boolean;
}

export function auditor({ services, ledger, workQueues, deadLetterQueues }: AuditorOptions): Auditor {
  const lettersIn = (queue: string) => services.peek(queue).map((letter) => ({ ...letter, queue }));
  const seen = new Set(deadLetterQueues.flatMap(lettersIn).map(({ id }) => id));
  return {
    collectLetters() {
      for (const { id, body, queue } of deadLetterQueues.flatMap(lettersIn)) {
        if (seen.has(id)) continue;
        seen.add(id);
        for (const letter of toDeadUploads(body, queue)) ledger.deadLetter(letter);
      }
    },
    isIdle: () =>
      workQueues.every((queue) => {
        const { visible, inFlight, delayed } = services.count(queue);
        return visible + inFlight + delayed === 0;
      }),
  };
}
