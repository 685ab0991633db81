import { isCurrent } from "@image-pipeline/imaging";
import { decideUploaded, isOfRecipe, type UploadedDecision } from "@image-pipeline/lambda-kit/decide";
import type { Manifest } from "@image-pipeline/schema";
import type { Recipe } from "@image-pipeline/schema/config";
import type { Job } from "./upload-job.ts";

/**
 * What to do with an upload, as the image's manifest is now. There is nothing to make anew where it was made under the
 * job's recipe, or the one in force comes to the same for it.
 */
export function decideUpload(
  job: Job,
  manifest: Manifest | undefined,
  { presets, limits }: Recipe,
): UploadedDecision {
  const isMade =
    isOfRecipe(manifest, job.recipe) ||
    (manifest !== undefined && manifest.status !== "deleted" && isCurrent(manifest, { presets, limits }));
  return decideUploaded(job.event, manifest, isMade);
}
