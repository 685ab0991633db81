import { type Limits, maxFramePixels } from "@image-pipeline/schema/config";
import type { Facts } from "@image-pipeline/schema/manifest";
import { inputFormat } from "./formats/formats.ts";
import { area, type Size } from "./size.ts";

/**
 * Returns the size up to which a picture is rendered without being enlarged: its own. A drawing of shapes is sharp at every size, so
 * that of any declared size is drawn up to the largest one that the limits accept.
 */
export function fullSize(picture: Size & Pick<Facts, "format">, limits: Limits): Size {
  if (!inputFormat(picture.format).isVector) return picture;
  const scale = Math.sqrt(maxFramePixels(limits, picture.format) / area(picture));
  const [width, height] = [Math.floor(picture.width * scale), Math.floor(picture.height * scale)];
  return { width: Math.max(1, width), height: Math.max(1, height) };
}
