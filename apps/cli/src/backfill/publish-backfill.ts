import { mapInOrder, type Sources } from "@image-pipeline/audit";
import { toUploadEvent } from "@image-pipeline/audit/events";
import { BATCH_SIZE, type EventPublisher } from "@image-pipeline/lambda-kit/event-publisher";
import type { Clock } from "@image-pipeline/local/clock";
import type { ImageUploaded } from "@image-pipeline/schema/events";
import { inBatches } from "../publishing/in-batches.ts";
import { pace } from "../publishing/pace.ts";
import { publishAll } from "../publishing/publish-all.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { Compared } from "./compare-images.ts";
import { isWanted } from "./plan.ts";

/** A run that finds nothing to do still saves its position after this many keys. */
const KEYS_PER_CHECKPOINT = 1000;
const WIDTH = 16;

export interface Publishing {
  sources: Sources;
  publisher: EventPublisher;
  checkpoint: Checkpoint;
  clock: Clock;
  signal: AbortSignal;
  onlyStale?: boolean | undefined;
  /** Events per second. */
  rate: number;
  onProgress(published: number): void;
}

/** How a run ended; counts are of this run only. */
export interface Published {
  published: number;
  /** Deleted between the listing and their turn. */
  gone: number;
  /** Written by the pipeline itself. */
  generated: number;
  /** Uploaded within the last second: their own event is in progress. */
  fresh: number;
  /** The last key that is done; null for none. */
  lastKey: string | null;
  isInterrupted: boolean;
}

/**
 * Publishes the wanted images, no faster than the rate, and saves its position after each batch: a run that is
 * interrupted repeats at most one batch.
 *
 * @throws {UserFault} when SNS does not accept an event
 */
export async function publishBackfill(
  images: AsyncIterable<Compared>,
  publishing: Publishing,
): Promise<Published> {
  const { checkpoint, clock, rate, signal } = publishing;
  const ended: Published = {
    published: 0,
    gone: 0,
    generated: 0,
    fresh: 0,
    lastKey: null,
    isInterrupted: false,
  };
  const size = Math.max(1, Math.min(BATCH_SIZE, Math.floor(rate)));
  const steps = mapInOrder(images, WIDTH, (compared) => toStep(compared, publishing));
  const paced = pace(rate, clock);
  for await (const batch of inBatches(steps, { size, longest: KEYS_PER_CHECKPOINT, counts: hasEvent })) {
    const events = batch.flatMap(({ event }) => (event ? [event] : []));
    if (events.length > 0) await paced.take(events.length, signal);
    if (signal.aborted) return { ...ended, isInterrupted: true };
    await publishAll(events, publishing);
    count(ended, batch);
    const { lastKey, published } = ended;
    if (lastKey !== null) await checkpoint.save({ lastKey, updatedAt: new Date(clock.now()).toISOString() });
    publishing.onProgress(published);
  }
  return ended;
}

/** A key, done once its event, if it has one, is published. */
interface Step {
  key: string;
  event?: ImageUploaded;
  skipped?: "gone" | "generated" | "fresh";
}

const hasEvent = ({ event }: Step) => event !== undefined;

/** Reads the source again, after its manifest: see `toUploadEvent`. */
async function toStep(
  { source: { key }, verdict, manifest }: Compared,
  { sources, onlyStale }: Publishing,
): Promise<Step> {
  if (!isWanted(verdict, onlyStale ?? false)) return { key };
  const source = await sources.find(key);
  if (!source) return { key, skipped: "gone" };
  if (source.isGenerated) return { key, skipped: "generated" };
  const event = toUploadEvent({ bucket: sources.bucket, source, manifest });
  return event ? { key, event } : { key, skipped: "fresh" };
}

function count(ended: Published, batch: readonly Step[]): void {
  for (const { event, skipped } of batch) {
    if (event) ended.published++;
    if (skipped) ended[skipped]++;
  }
  ended.lastKey = batch.at(-1)?.key ?? ended.lastKey;
}
