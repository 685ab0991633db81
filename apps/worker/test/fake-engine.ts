import { ImageRejection } from "@image-pipeline/imaging";
import { FACTS } from "@image-pipeline/testing";
import type { RenderImage } from "../src/ports.ts";
import { encoded } from "./renditions.ts";

/**
 * An engine whose renditions contain their source's text. A source that begins with `bad` is rejected as
 * damaged, after its first rendition; every other one gets a rendition for each preset.
 */
export const fakeEngine: RenderImage = async (source, { presets }, emit) => {
  const text = new TextDecoder().decode(source);
  for (const preset of Object.keys(presets)) {
    emit(encoded(`${preset} of ${text}`, preset));
    if (text.startsWith("bad")) throw new ImageRejection("CORRUPT_IMAGE", `${text} is cut short`);
  }
  return FACTS;
};
