import type { DocumentStore } from "@image-pipeline/lambda-kit";
import { type Analysis, type ImageProcessed, toAnalysisKey } from "@image-pipeline/schema";
import type { RenditionTags } from "./ports.ts";
import { isQuarantined, quarantineRenditions } from "./quarantine.ts";

/** What became of the event of new renditions, and the analysis of their image. */
export interface ProcessedOutcome {
  decision: "hide" | "leave";
  analysis: Analysis | undefined;
}

/**
 * Hides renditions whose source was condemned before they were there: those of a worker slower than the analysis, and of
 * every render after it. An image without an analysis yet is hidden by the analysis, once it is there.
 *
 * @throws {PipelineError} what happens to the message is `dispositionOf` it
 */
export async function hideProcessed(
  { data }: ImageProcessed,
  { analyses, tags }: { analyses: DocumentStore<Analysis>; tags: RenditionTags },
): Promise<ProcessedOutcome> {
  const analysis = (await analyses.read(toAnalysisKey(data.imageId)))?.document;
  if (!isQuarantined(analysis, data.source)) return { decision: "leave", analysis };
  await quarantineRenditions(data.renditions, tags);
  return { decision: "hide", analysis };
}
