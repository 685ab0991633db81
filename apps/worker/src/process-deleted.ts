import type { Clock } from "@image-pipeline/queue-consumer";
import { type DeletedDecision, decideDeleted, isOfOneVersion } from "@image-pipeline/queue-consumer/decide";
import {
  type DeletedManifest,
  DeletedSource,
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
  const source = DeletedSource.parse(event.data);
  const supersededTags = [...(current?.supersededTags ?? []), ...currentTags(current)];
  return {
    schema: "image-manifest.v1",
    imageId: toImageId(source.bucket, source.key),
    status: "deleted",
    ...(isOfOneVersion(event) ? toVersionGrave(source, current) : { source, eventTime: event.time }),
    ...(supersededTags.length > 0 && { supersededTags }),
    renditions: [],
    correlationId: event.data.correlationId,
    updatedAt: clock.now().toISOString(),
  };
}

/**
 * The tombstone of one version stands where that version's upload stood in the order, not where its delete does: an
 * upload of another version in between is alive. Where that upload was never seen, it has no place.
 */
function toVersionGrave(source: DeletedSource, current: Manifest | undefined) {
  return {
    versionOnly: true,
    source: { ...source, sequencer: current?.source.sequencer ?? null },
    ...(current?.eventTime && { eventTime: current.eventTime }),
  };
}
