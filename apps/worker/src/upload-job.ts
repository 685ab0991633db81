import { ENGINE } from "@image-pipeline/imaging";
import type { Clock } from "@image-pipeline/lambda-kit";
import { withKnownOrder } from "@image-pipeline/lambda-kit/decide";
import {
  type ImageUploaded,
  type Manifest,
  Source,
  toImageId,
  toManifestKey,
  type WorkflowJob,
} from "@image-pipeline/schema";
import { type Recipe, toRecipe } from "@image-pipeline/schema/config";
import { tagOf } from "./rendition-tag.ts";

/** What is to be done for an upload, and where it goes. */
export interface Job extends WorkflowJob {
  source: Source;
  imageId: string;
  manifestKey: string;
}

/** @param current the manifest that the image has now */
export function toJob(
  event: ImageUploaded,
  current: Manifest | undefined,
  { presets, limits, clock }: Recipe & { clock: Clock },
): Job {
  const recipe = toRecipe({ presets, limits }, ENGINE);
  return jobOf({
    event: withKnownOrder(event, current),
    recipe,
    tag: tagOf(event, recipe),
    startedAt: clock.now().getTime(),
  });
}

/** A job with everything that follows from it. */
export function jobOf(job: WorkflowJob): Job {
  const source = Source.parse(job.event.data);
  const { bucket, key } = source;
  return { ...job, source, imageId: toImageId(bucket, key), manifestKey: toManifestKey(bucket, key) };
}
