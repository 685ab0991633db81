import type { Clock } from "@image-pipeline/lambda-kit";
import { type DeletedDecision, decideDeleted, toGrave } from "@image-pipeline/lambda-kit/decide";
import {
  type DeletedManifest,
  type ImageDeleted,
  type Manifest,
  toImageId,
  toManifestKey,
} from "@image-pipeline/schema";
import { currentTags } from "./rendition-tag.ts";
import { type ManifestPorts, settle, writeManifest } from "./write-manifest.ts";

/** What became of a delete event. */
export interface DeleteOutcome {
  decision: DeletedDecision;
  manifest: Manifest | undefined;
}

/**
 * Leaves a tombstone first, then removes the renditions that it names: a reader never follows a manifest to nothing,
 * and a crash in between is finished by the next delivery.
 *
 * @throws {PipelineError} what happens to the message is `dispositionOf` it
 */
export async function processDeleted(
  event: ImageDeleted,
  ports: ManifestPorts & { clock: Clock },
): Promise<DeleteOutcome> {
  const key = toManifestKey(event.data.bucket, event.data.key);
  const outcome = await writeManifest(
    key,
    {
      decide: (current) => decideDeleted(event, current),
      write: "remove",
      ownTag: null,
      next: (current) => toTombstone(event, current, ports.clock),
    },
    ports,
  );
  if (outcome.manifest && outcome.decision !== "stale") await settle(outcome.manifest, key, ports);
  return outcome;
}

function toTombstone(event: ImageDeleted, current: Manifest | undefined, clock: Clock): DeletedManifest {
  const supersededTags = [...(current?.supersededTags ?? []), ...currentTags(current)];
  return {
    schema: "image-manifest.v1",
    imageId: toImageId(event.data.bucket, event.data.key),
    status: "deleted",
    ...toGrave(event, current),
    ...(supersededTags.length > 0 && { supersededTags }),
    renditions: [],
    correlationId: event.data.correlationId,
    updatedAt: clock.now().toISOString(),
  };
}
