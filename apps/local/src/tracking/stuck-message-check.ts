import type { LocalServices } from "../services/local-services.ts";
import { toDeadUploads } from "./dead-letter.ts";
import type { TrackedUploads, Upload } from "./tracked-uploads.ts";

export interface StuckMessageCheckOptions {
  services: Pick<LocalServices, "count" | "peek">;
  uploads: TrackedUploads;
  /** In the order in which work moves through them. */
  workQueues: readonly string[];
  deadLetterQueues: readonly string[];
  /** The last error of a message in a dead-letter queue; null when none was recorded. */
  reasonOf(messageId: string): Promise<string | null>;
}

/** Finds uploads that get no result event: those in dead-letter queues, and those that are lost. */
export interface StuckMessageCheck {
  /** Records the messages that have been added to dead-letter queues since this check was created. */
  collectLetters(): Promise<void>;
  /** True while a queue contains a message about the upload, received or not. */
  isOnItsWay(upload: Pick<Upload, "sequencer">): boolean;
  /** True if the work queues are empty: an upload that is still pending then is lost. */
  isIdle(): boolean;
}

export function stuckMessageCheck({
  services,
  uploads,
  workQueues,
  deadLetterQueues,
  reasonOf,
}: StuckMessageCheckOptions): StuckMessageCheck {
  const lettersIn = (queue: string) => services.peek(queue).map((letter) => ({ ...letter, queue }));
  const seen = new Set(deadLetterQueues.flatMap(lettersIn).map(({ id }) => id));
  return {
    async collectLetters() {
      for (const { id, body, queue } of deadLetterQueues.flatMap(lettersIn)) {
        if (seen.has(id)) continue;
        seen.add(id);
        const reason = await reasonOf(id);
        for (const { why, ...letter } of toDeadUploads(body, queue))
          uploads.deadLetter({ ...letter, why: reason === null ? why : `${reason} (${why})` });
      }
    },
    // Every event and message about an upload has its sequencer, which no other upload has.
    isOnItsWay: ({ sequencer }) =>
      workQueues.some((queue) => services.peek(queue).some(({ body }) => body.includes(sequencer))),
    isIdle: () =>
      workQueues.every((queue) => {
        const { visible, inFlight, delayed } = services.count(queue);
        return visible + inFlight + delayed === 0;
      }),
  };
}
