import { ENGINE } from "@image-pipeline/imaging";
import type { InvocationClock } from "@image-pipeline/lambda-kit";
import { type Recipe, toRecipeHash } from "@image-pipeline/schema/config";
import { type ImageUploaded, Source } from "@image-pipeline/schema/events";
import { toImageId, toManifestKey, toRenditionTag } from "@image-pipeline/schema/keys";
import type { Manifest } from "@image-pipeline/schema/manifest";
import { withKnownOrder } from "@image-pipeline/schema/processing";
import type { WorkflowJob } from "@image-pipeline/schema/workflow";

/** The work for one upload. */
export interface Job extends WorkflowJob {
  source: Source;
  imageId: string;
  manifestKey: string;
}

/** @param current the manifest that the image has now; the secret of the environment makes the tag */
export function toJob(
  event: ImageUploaded,
  { current, secret }: { current: Manifest | undefined; secret: string },
  { presets, limits, clock }: Recipe & { clock: InvocationClock },
): Job {
  const recipeHash = toRecipeHash({ presets, limits }, ENGINE);
  return completeJob({
    event: withKnownOrder(event, current),
    recipe: recipeHash,
    tag: tagOf(event, recipeHash, secret),
    startedAt: clock.now().getTime(),
  });
}

/** Adds the fields of a job that follow from its event. */
export function completeJob(job: WorkflowJob): Job {
  const source = Source.parse(job.event.data);
  const { bucket, key } = source;
  return { ...job, source, imageId: toImageId(bucket, key), manifestKey: toManifestKey(bucket, key) };
}

/**
 * Returns the tag in the keys of an upload's renditions. Without a sequencer the event's time takes its place, so that the
 * same bytes, deleted and uploaded again, never share keys with renditions that are being removed.
 */
function tagOf({ data, time }: ImageUploaded, recipeHash: string, secret: string): string {
  return toRenditionTag({ ...data, sequencer: data.sequencer ?? time }, recipeHash, secret);
}
