import * as z from "zod";
import { PipelineConfig } from "./config/pipeline-settings.ts";
import { Analysis } from "./messages/analysis.ts";
import { ImageDeleted, ImageUploaded } from "./messages/image-events.ts";
import { Manifest } from "./messages/manifest.ts";
import { ImageAnalyzed, ImageProcessed, ImageRejected, ImageRemoved } from "./messages/result-events.ts";

const PUBLISHED: Record<string, z.ZodType> = {
  "image-uploaded.v1": ImageUploaded,
  "image-deleted.v1": ImageDeleted,
  "image-processed.v1": ImageProcessed,
  "image-rejected.v1": ImageRejected,
  "image-removed.v1": ImageRemoved,
  "image-analyzed.v1": ImageAnalyzed,
  "image-manifest.v1": Manifest,
  "image-analysis.v1": Analysis,
  "pipeline-config.v1": PipelineConfig,
};

/**
 * The JSON Schema (draft 2020-12) of every published shape, by file name: what consumers in other languages read.
 * Unknown fields are allowed, since a version may gain optional ones.
 */
export function toJsonSchemas(): Map<string, string> {
  const files = new Map<string, string>();
  for (const [name, shape] of Object.entries(PUBLISHED)) {
    const schema = z.toJSONSchema(shape, { io: "input", target: "draft-2020-12", override: withoutFormats });
    const file = { $schema: schema.$schema, $id: `urn:image-pipeline:${name}.json`, ...schema };
    files.set(`${name}.json`, `${JSON.stringify(file, null, 2)}\n`);
  }
  return files;
}

/** A pattern says it all, and strict validators refuse a `format` that they have no plugin for. */
function withoutFormats({ jsonSchema }: { jsonSchema: { format?: string; pattern?: string } }): void {
  if (jsonSchema.pattern !== undefined) delete jsonSchema.format;
}
