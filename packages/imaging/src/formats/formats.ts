import { Facts, type OutputFormat } from "@image-pipeline/schema";
import { avif } from "./avif.ts";
import type { InputFormat, InputSupport, OutputSupport } from "./format-support.ts";
import { gif } from "./gif.ts";
import { jpeg } from "./jpeg.ts";
import { png } from "./png.ts";
import { tiff } from "./tiff.ts";
import { webp } from "./webp.ts";

type Formats = Record<InputFormat, InputSupport> & Record<OutputFormat, OutputSupport>;

/** Everything that depends on a format. A format that the schema has and this table lacks does not compile. */
export const FORMATS: Formats = { jpeg, png, webp, gif, tiff, avif };

export const INPUT_FORMATS: readonly InputFormat[] = Facts.shape.format.options;
