import type { Facts, OutputFormat as OutputFormatName } from "@image-pipeline/schema/manifest";
import { avif, avifOutput } from "./avif.ts";
import type { InputFormat, OutputFormat } from "./format.ts";
import { gif, gifOutput } from "./gif.ts";
import { heic } from "./heic.ts";
import { jpeg, jpegOutput } from "./jpeg.ts";
import { png, pngOutput } from "./png.ts";
import { raw } from "./raw.ts";
import { svg } from "./svg.ts";
import { tiff } from "./tiff.ts";
import { webp, webpOutput } from "./webp.ts";

/**
 * The formats of sources, in the order in which messages list them. A format that the schema has and this table lacks does not
 * compile.
 */
export const INPUT_FORMATS = { jpeg, png, webp, gif, raw, tiff, avif, heic, svg } as const satisfies Record<
  Facts["format"],
  InputFormat
>;

const OUTPUT_FORMATS: { [Name in OutputFormatName]: OutputFormat<Name> } = {
  webp: webpOutput,
  jpeg: jpegOutput,
  avif: avifOutput,
  png: pngOutput,
  gif: gifOutput,
};

export function inputFormat(name: Facts["format"]): InputFormat {
  return INPUT_FORMATS[name];
}

export function outputFormat<Name extends OutputFormatName>(name: Name): OutputFormat<Name> {
  return OUTPUT_FORMATS[name];
}
