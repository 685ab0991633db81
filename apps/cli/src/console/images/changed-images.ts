import type { ChangedImages } from "@image-pipeline/console/api/images";
import type { OpenPipeline } from "../../connection/open-pipeline.ts";
import type { ConsoleParts } from "../area.ts";
import type { KeptReading } from "../kept-reading.ts";
import { type ImageList, listImage, withImages } from "./image-list.ts";
import type { Summaries } from "./summaries.ts";

/** Images that are read on their own in a second. When more change, reading the whole list again takes less. */
const MOST_PER_SECOND = 50;

export interface Gallery {
  list: KeptReading<ImageList>;
  summaries: Summaries;
}

/**
 * Yields images as they are after each change, and changes the kept list accordingly, so that no listing is needed. Null means
 * that the whole list was read again.
 */
export async function* changedImages(
  follow: (signal: AbortSignal) => AsyncGenerator<readonly string[] | null>,
  { pipeline, context: { clock } }: Pick<ConsoleParts, "pipeline" | "context">,
  { gallery, signal }: { gallery: Gallery; signal: AbortSignal },
): AsyncGenerator<ChangedImages | null> {
  const { list } = gallery;
  const isAllowed = atMost(MOST_PER_SECOND, clock);
  const readAgain = async () => {
    await pipeline.use((open) => list.renew(open, signal));
    return "read again" as const;
  };
  const ended = new AbortController();
  const changes = follow(AbortSignal.any([signal, ended.signal]));
  let next = changes.next();
  let reading: ReturnType<typeof readAgain> | undefined;
  let isOutdated = false;
  try {
    while (true) {
      // The list may be read long after the change: single images are shown meanwhile.
      const first = await Promise.race(reading ? [next, reading] : [next]);
      if (first === "read again") {
        reading = undefined;
        yield null;
      } else {
        if (first.done) return;
        next = changes.next();
        const keys = first.value;
        if (keys && isAllowed(keys.length)) yield await pipeline.use((open) => look(open, keys, gallery));
        else {
          isOutdated = true;
          // The page learns at once that the stream works.
          yield NOTHING;
        }
      }
      if (isOutdated && !reading) {
        isOutdated = false;
        reading = readAgain();
      }
    }
  } finally {
    for (const left of [next, reading])
      left?.catch(() => "the page has gone, or gets an error before this one");
    ended.abort();
    await changes.return(undefined);
  }
}

const NOTHING: ChangedImages = { images: [], total: null };

/** Reads images on their own, and puts them into the kept list. */
async function look(
  open: OpenPipeline,
  keys: readonly string[],
  { list, summaries }: Gallery,
): Promise<ChangedImages | null> {
  const listed = await Promise.all(keys.map((key) => listImage(open, key)));
  const found = listed.filter((image) => image !== undefined);
  const gone = keys.filter((key) => !found.some((image) => image.key === key));
  const images = await Promise.all(found.map((image) => summaries.read(open, image)));
  list.update((all) => withImages(all, found, gone));
  return gone.length > 0 ? null : { images, total: list.peek(open)?.length ?? null };
}

/** Returns a function that says if so many more are within the limit for this second. */
function atMost(limit: number, { now }: { now(): number }): (count: number) => boolean {
  let [second, counted] = [now(), 0];
  return (count) => {
    if (now() - second >= 1000) [second, counted] = [now(), 0];
    counted += count;
    return counted <= limit;
  };
}
