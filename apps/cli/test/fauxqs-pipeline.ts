import { ENGINE, toPlanHash } from "@image-pipeline/imaging";
import { definePipeline, pipelineFor, toRecipeHash } from "@image-pipeline/schema/config";
import { ImageEvent, type Source } from "@image-pipeline/schema/events";
import { aSource, processed } from "@image-pipeline/testing";
import { pipelineBuckets } from "@image-pipeline/testing/fauxqs";

/** The settings that the tests' commands read instead of `pipeline.config.ts`. */
export const PIPELINES = definePipeline({
  presets: { thumb: { width: 160, formats: ["webp"] } },
  environments: { dev: {} },
});
const PIPELINE = pipelineFor(PIPELINES, "local");
export const RECIPE_IN_FORCE = toRecipeHash(PIPELINE, ENGINE);
/** The plan's hash for the image of `putImage`. */
export const PLAN_IN_FORCE = toPlanHash(processed(aSource()), PIPELINE) ?? "";

/** The buckets and topics of the pipeline, on S3, SNS and SQS in this process, without any function behind them. */
export async function fauxqsPipeline() {
  const buckets = await pipelineBuckets();
  const { server } = buckets;
  for (const topic of ["image-events", "image-results"]) server.createTopic(`image-pipeline-local-${topic}`);
  server.createQueue("inbox");
  const raw = { RawMessageDelivery: "true" };
  server.subscribe({ topic: "image-pipeline-local-image-events", queue: "inbox", attributes: raw });
  return {
    ...buckets,
    /** Writes a source, its rendition and its manifest, made with the recipe in force. */
    putImage: (key: string, fields: Parameters<typeof processed>[1] = {}): Promise<Source> =>
      buckets.putImage(key, { recipe: RECIPE_IN_FORCE, ...fields }),
    /** The events on the image-events topic, in their order. */
    published: (): ImageEvent[] =>
      (server.inspectQueue("inbox")?.messages.ready ?? []).map(({ body }) =>
        ImageEvent.parse(JSON.parse(body)),
      ),
  };
}
export type FauxqsPipeline = Awaited<ReturnType<typeof fauxqsPipeline>>;
