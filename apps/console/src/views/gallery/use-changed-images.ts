import { useQueryClient } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import {
  byPlace,
  type ChangedImages,
  type ImageFilters,
  type ImageSummary,
  meets,
} from "../../api/images.ts";
import { readAgain } from "../../client/read-again.ts";
import { useLive } from "../../client/use-live.ts";

/** Instead of more, the pages are read again. */
const MOST_KEPT = 1000;

/** Images that changed since the pages of the gallery were read, by their keys. */
export interface Changed {
  images: ReadonlyMap<string, ImageSummary>;
  total: number | null;
}

const NOTHING: Changed = { images: new Map(), total: null };

/** Follows the changes of images; when any may have changed, the pages are read again. */
export function useChangedImages(): { changed: Changed; problem: string | undefined } {
  const client = useQueryClient();
  const [changed, setChanged] = useState(NOTHING);
  const { problem } = useLive("images", (change) => {
    if (change && changed.images.size + change.images.length <= MOST_KEPT)
      setChanged((before) => withChange(before, change));
    else
      void readAgain(client, ["images"]).then(() =>
        // Those that came meanwhile are newer than the list.
        setChanged((after) => without(after, changed)),
      );
  });
  return { changed, problem };
}

function withChange(before: Changed, change: ChangedImages): Changed {
  if (change.images.length === 0) return before;
  const { images, total } = before;
  const added = change.images.map((image) => [image.key, image] as const);
  return { images: new Map([...images, ...added]), total: change.total ?? total };
}

function without({ images, total }: Changed, read: Changed): Changed {
  const left = [...images].filter(([key, image]) => read.images.get(key) !== image);
  return left.length === 0 ? NOTHING : { images: new Map(left), total };
}

/** The loaded images with the changed ones at their place, as far as those meet the filters. */
export function withChanged(
  loaded: readonly ImageSummary[],
  { images }: Changed,
  { filters, isComplete }: { filters: ImageFilters; isComplete: boolean },
): readonly ImageSummary[] {
  if (images.size === 0) return loaded;
  const last = loaded.at(-1);
  const isLoaded = (image: ImageSummary) => isComplete || (last !== undefined && byPlace(image, last) <= 0);
  return [
    ...[...images.values()].filter((image) => meets(image, filters) && isLoaded(image)),
    ...loaded.filter(({ key }) => !images.has(key)),
  ].sort(byPlace);
}
