import type { ImageReport, Renditions } from "@image-pipeline/audit";
import { BATCH_SIZE, type EventPublisher } from "@image-pipeline/lambda-kit/event-publisher";
import type { Clock } from "@image-pipeline/local/clock";
import type { ImageEvent } from "@image-pipeline/schema/events";
import { publishAll } from "../publishing/publish-all.ts";

export interface RepairPorts {
  renditions: Pick<Renditions, "remove">;
  publisher: EventPublisher;
  clock: Clock;
}

/** Repairs the images that a check reports. */
export interface Repairer {
  /** Removes orphans at once, while they are known to be old; events are published ten at a time. */
  repair(remedy: ImageReport["remedy"]): Promise<void>;
  /** Publishes the rest. @returns the totals */
  finish(): Promise<Repaired>;
}

export interface Repaired {
  published: number;
  removed: number;
}

export function repairer(ports: RepairPorts): Repairer {
  const repaired = { published: 0, removed: 0 };
  let waiting: ImageEvent[] = [];

  async function publish(): Promise<void> {
    await publishAll(waiting, ports);
    repaired.published += waiting.length;
    waiting = [];
  }
  return {
    async repair({ publish: event, remove }) {
      if (remove.length > 0) await ports.renditions.remove(remove);
      repaired.removed += remove.length;
      if (event) waiting.push(event);
      if (waiting.length >= BATCH_SIZE) await publish();
    },
    async finish() {
      await publish();
      return repaired;
    },
  };
}
