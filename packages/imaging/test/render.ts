import { Limits, Presets } from "@image-pipeline/schema/config";
import type { Facts } from "@image-pipeline/schema/manifest";
import type { z } from "zod";
import { type EncodedRendition, renderImage } from "../src/index.ts";

/** Result of rendering a picture. */
export interface Rendered {
  facts: Facts;
  renditions: EncodedRendition[];
}

/** Renders with presets and limits in the config's form. */
export async function render(
  source: Uint8Array,
  presets: z.input<typeof Presets>,
  limits: z.input<typeof Limits> = {},
): Promise<Rendered> {
  const renditions: EncodedRendition[] = [];
  const recipe = { presets: Presets.parse(presets), limits: Limits.parse(limits) };
  const facts = await renderImage(source, recipe, (one) => renditions.push(one));
  return { facts, renditions };
}

/** Renders one preset in one format, for tests of its pixels (default: a PNG of 64 pixels). */
export async function renderOne(
  source: Uint8Array,
  preset: Partial<z.input<typeof Presets>[string]>,
  limits?: z.input<typeof Limits>,
): Promise<EncodedRendition> {
  const { renditions } = await render(source, { one: { width: 64, formats: ["png"], ...preset } }, limits);
  const [rendition] = renditions;
  if (!rendition) throw new Error("no rendition was emitted");
  return rendition;
}
