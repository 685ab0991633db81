import { type InvocationClock, requireAttempt } from "@image-pipeline/lambda-kit";
import type { ImageDeleted } from "@image-pipeline/schema/events";
import { toImageId, toManifestKey } from "@image-pipeline/schema/keys";
import type { DeletedManifest, Manifest } from "@image-pipeline/schema/manifest";
import { type DeletedDecision, decideDeleted, toTombstoneOrder } from "@image-pipeline/schema/processing";
import { VERSION } from "@image-pipeline/schema/version";
import {
  announce,
  currentTags,
  discardSuperseded,
  type ImageOutcome,
  type ManifestPorts,
} from "./manifest.ts";

type DeletePorts = ManifestPorts & { clock: InvocationClock };

/**
 * Writes a tombstone first, then removes the renditions that it names. So no reader follows a manifest to a missing
 * rendition, and the next delivery completes an attempt that crashed in between.
 *
 * @throws {PipelineError} its disposition decides what happens to the message
 */
export async function processDeleted(
  event: ImageDeleted,
  ports: DeletePorts,
): Promise<ImageOutcome<DeletedDecision>> {
  const key = toManifestKey(event.data.bucket, event.data.key);
  const outcome = await writeTombstone(key, event, ports);
  if (outcome.manifest && outcome.decision !== "stale") await announce(outcome.manifest, key, ports);
  return outcome;
}

async function writeTombstone(
  key: string,
  event: ImageDeleted,
  ports: DeletePorts,
): Promise<ImageOutcome<DeletedDecision>> {
  const { manifests, clock } = ports;
  for (let attempt = 1; ; attempt++) {
    const current = await manifests.read(key);
    const decision = decideDeleted(event, current?.document);
    if (decision !== "remove") return { decision, manifest: current?.document };
    await discardSuperseded(current?.document, ports);
    const manifest = toTombstone(event, current?.document, clock);
    if (await manifests.replace(key, current, manifest)) return { decision, manifest };
    requireAttempt(attempt, manifests.kind, key);
  }
}

function toTombstone(
  event: ImageDeleted,
  current: Manifest | undefined,
  clock: InvocationClock,
): DeletedManifest {
  const supersededTags = [...(current?.supersededTags ?? []), ...currentTags(current)];
  return {
    schema: "image-manifest.v1",
    imageId: toImageId(event.data.bucket, event.data.key),
    status: "deleted",
    ...toTombstoneOrder(event, current),
    ...(supersededTags.length > 0 && { supersededTags }),
    renditions: [],
    correlationId: event.data.correlationId,
    updatedAt: clock.now().toISOString(),
    pipelineVersion: VERSION,
  };
}
