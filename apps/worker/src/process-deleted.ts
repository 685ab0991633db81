import {
  type DeletedManifest,
  DeletedSource,
  type ImageDeleted,
  type Manifest,
  toImageId,
  toManifestKey,
} from "@image-pipeline/schema";
import { type DeletedDecision, decideDeleted } from "./decide.ts";
import type { Clock } from "./ports.ts";
import { type ManifestPorts, settle, supersededBy, writeManifest } from "./write-manifest.ts";

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
  const source = DeletedSource.parse(event.data);
  const key = toManifestKey(source.bucket, source.key);
  const outcome = await writeManifest(
    { key, store: ports.manifests },
    (current) => decideDeleted(event, current),
    {
      write: "remove",
      toNext: (current) => toTombstone(event, source, current, ports.clock),
    },
  );
  if (outcome.manifest && outcome.decision !== "stale") await settle(outcome.manifest, key, ports);
  return outcome;
}

function toTombstone(
  event: ImageDeleted,
  source: DeletedSource,
  current: Manifest | undefined,
  clock: Clock,
): DeletedManifest {
  return {
    schema: "image-manifest.v1",
    imageId: toImageId(source.bucket, source.key),
    status: "deleted",
    source,
    ...supersededBy(null, current),
    eventTime: event.time,
    renditions: [],
    correlationId: event.data.correlationId,
    updatedAt: clock.now().toISOString(),
  };
}
