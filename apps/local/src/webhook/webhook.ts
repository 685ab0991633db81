import { z } from "zod";
import type { Clock } from "../clock.ts";
import type { LocalServices } from "../services/local-services.ts";

/** The wait for the last deliveries: longer than all attempts of one. */
const DRAIN_MILLISECONDS = 120_000;
const LOOK_MILLISECONDS = 100;

/** The log lines of the webhook's function (apps/webhook) about an attempt. */
const Attempt = z.object({
  id: z.string(),
  type: z.string(),
  key: z.string(),
  attempt: z.number(),
  decision: z.literal("WEBHOOK_DELIVERED").optional(),
  code: z.literal("WEBHOOK_FAILED").optional(),
  why: z.string().optional(),
  attempts: z.number().optional(),
  isFinal: z.boolean().optional(),
});
type Attempt = z.infer<typeof Attempt>;

export interface WebhookOptions {
  /** Returns the name of the webhook's queue, whose messages are not delivered yet; undefined before the start. */
  queueName(): string | undefined;
  services: Pick<LocalServices, "count">;
  clock: Clock;
  /** Prints one line for each delivery. */
  note(line: string): void;
  /** Prints one line for each failed attempt. */
  complain(line: string): void;
}

/** The counts of events so far. */
export interface Deliveries {
  delivered: number;
  undelivered: number;
  /** Not delivered yet. */
  waiting: number;
}

/** Reports what the function of the webhook does. */
export interface Webhook {
  /** To be called with the lines that the function has logged. */
  logged(lines: readonly string[]): void;
  deliveries(): Deliveries;
  /** Resolves when no event waits any more, or after two minutes. */
  drained(): Promise<void>;
}

export function followWebhook({ queueName, services, clock, note, complain }: WebhookOptions): Webhook {
  let delivered = 0;
  // A message that cannot be delivered is received a few more times on its way to the DLQ.
  const undelivered = new Set<string>();

  function report({ id, type, key, attempt, decision, why, attempts, isFinal }: Attempt): void {
    const name = `webhook: ${type} of ${JSON.stringify(key)}`;
    if (decision !== undefined) {
      delivered++;
      undelivered.delete(id);
      note(`${name} delivered${attempt > 1 ? ` at attempt ${attempt}` : ""}`);
    } else if (!isFinal) complain(`${name}: ${why}; another attempt follows`);
    else if (!undelivered.has(id)) {
      undelivered.add(id);
      complain(`${name} not delivered: ${why} (${attempt} of ${attempts} attempts)`);
    }
  }
  function deliveries(): Deliveries {
    const { visible, inFlight, delayed } = services.count(queueName() ?? "");
    return { delivered, undelivered: undelivered.size, waiting: visible + inFlight + delayed };
  }
  return {
    logged(lines) {
      for (const attempt of lines.flatMap(toAttempt)) report(attempt);
    },
    deliveries,
    async drained() {
      const end = clock.now() + DRAIN_MILLISECONDS;
      while (deliveries().waiting > 0 && clock.now() < end) await clock.sleep(LOOK_MILLISECONDS);
    },
  };
}

function toAttempt(line: string): Attempt[] {
  try {
    const attempt = Attempt.parse(JSON.parse(line));
    return attempt.decision === undefined && attempt.code === undefined ? [] : [attempt];
  } catch {
    return [];
  }
}
