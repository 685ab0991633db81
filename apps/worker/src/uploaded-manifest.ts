import { ENGINE, toPlanHash } from "@image-pipeline/imaging";
import type { Clock } from "@image-pipeline/lambda-kit";
import type { Manifest, UploadedManifest } from "@image-pipeline/schema";
import type { Rendered, RenderPorts } from "./render-source.ts";
import { currentTags } from "./rendition-tag.ts";
import type { Job } from "./upload-job.ts";

/** The manifest of what was rendered, as if the image had none yet. */
export function toManifest(
  job: Job,
  rendered: Rendered,
  { presets, limits, clock }: Pick<RenderPorts, "presets" | "limits" | "clock">,
): UploadedManifest {
  const now = clock.now();
  const plan = toPlanHash("rejection" in rendered ? rendered.rejection : rendered, { presets, limits });
  const common = {
    schema: "image-manifest.v1" as const,
    imageId: job.imageId,
    source: job.source,
    recipe: job.recipe,
    ...(plan && { plan }),
    engine: ENGINE,
    eventTime: job.event.time,
    timings: { renderMs: rendered.renderMs, totalMs: now.getTime() - job.startedAt },
    correlationId: job.event.data.correlationId,
    updatedAt: now.toISOString(),
  };
  if ("rejection" in rendered) {
    const { reason, message: reasonText, facts } = rendered.rejection;
    return { ...common, status: "rejected", reason, reasonText, facts, renditions: [] };
  }
  const { facts, renditions } = rendered;
  return { ...common, status: "processed", facts, renditions };
}

/** The manifest as it takes the place of another, at this moment: it names the renditions that it leaves without one. */
export function succeeding(
  manifest: UploadedManifest,
  current: Manifest | undefined,
  { job, clock }: { job: Job; clock: Clock },
): UploadedManifest {
  const now = clock.now();
  const own = currentTags(manifest);
  const supersededTags = currentTags(current).filter((tag) => !own.includes(tag));
  return {
    ...manifest,
    ...(supersededTags.length > 0 && { supersededTags }),
    timings: { ...manifest.timings, totalMs: now.getTime() - job.startedAt },
    updatedAt: now.toISOString(),
  };
}
