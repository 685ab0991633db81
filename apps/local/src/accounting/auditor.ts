import type { LocalServices } from "../services/local-services.ts";
import { toDeadUploads } from "./dead-letter.ts";
import type { Ledger } from "./ledger.ts";

export interface AuditorOptions {
  services: Pick<LocalServices, "count" | "peek">;
  ledger: Ledger;
  /** In the order in which work moves through them. */
  workQueues: readonly string[];
  deadLetterQueues: readonly string[];
}

/** Finds what no result event tells of: uploads in dead-letter queues, and uploads that are nowhere. */
export interface Auditor {
  /** Settles the uploads whose messages are new in a dead-letter queue. */
  collectFailures(): void;
  /** Whether nothing is on its way any more: an upload that is still open then has left no trace. */
  isIdle(): boolean;
}

export function auditor({ services, ledger, workQueues, deadLetterQueues }: AuditorOptions): Auditor {
  const seen = new Set<string>();
  return {
    collectFailures() {
      for (const queue of deadLetterQueues) {
        for (const { id, body } of services.peek(queue)) {
          if (seen.has(id)) continue;
          seen.add(id);
          for (const { why, ...upload } of toDeadUploads(body, queue)) ledger.failed(upload, why);
        }
      }
    },
    isIdle: () =>
      workQueues.every((queue) => {
        const { visible, inFlight, delayed } = services.count(queue);
        return visible + inFlight + delayed === 0;
      }),
  };
}
