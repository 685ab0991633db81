import * as z from "zod";
import { PipelineConfig } from "./config/pipeline-settings.ts";
import { OUTPUT_OPTIONS } from "./config/preset.ts";
import { SETTING_DESCRIPTIONS } from "./config/setting-descriptions.ts";
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
 * Returns the JSON Schema (draft 2020-12) of every published shape by file name, for consumers in other languages and for
 * editors. Unknown fields are allowed, since a version may gain optional ones.
 */
export function toJsonSchemas(): Map<string, string> {
  const files = new Map<string, string>();
  for (const [name, shape] of Object.entries(PUBLISHED)) {
    const metadata = shape === PipelineConfig ? SETTING_DESCRIPTIONS : z.globalRegistry;
    const schema = toSchema(shape, metadata);
    const file = { $schema: schema.$schema, $id: `urn:image-pipeline:${name}.json`, ...schema };
    files.set(`${name}.json`, `${JSON.stringify(file, null, 2)}\n`);
  }
  return files;
}

/** Returns the JSON Schema of the encoder's options of each format, which the config's own schema leaves open. */
export function toOutputSchemas() {
  return Object.values(OUTPUT_OPTIONS).map((options) => toSchema(options, SETTING_DESCRIPTIONS));
}

function toSchema(shape: z.ZodType, metadata: z.core.$ZodRegistry<object>) {
  return z.toJSONSchema(shape, {
    io: "input",
    target: "draft-2020-12",
    metadata,
    override({ zodSchema, jsonSchema }) {
      // A pattern is enough, and strict validators refuse a `format` that they have no plugin for.
      if (jsonSchema.pattern !== undefined) delete jsonSchema.format;
      // zod omits the examples of a schema with a codec in it; ours are inputs.
      Object.assign(jsonSchema, metadata.get(zodSchema));
    },
  });
}
