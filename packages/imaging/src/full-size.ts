import { type Limits, maxFramePixels } from "@image-pipeline/schema/config";
import { inputFormat } from "./formats/formats.ts";
import type { Header } from "./header.ts";
import { area, type Size } from "./size.ts";

/**
 * Returns the size up to which a picture is rendered without being enlarged: its own. A drawing of shapes is sharp at every size, so
 * that of any declared size is drawn up to the largest one that the limits accept.
 */
export function fullSize(picture: Size & Pick<Header, "format" | "natural">, limits: Limits): Size {
  if (!inputFormat(picture.format).isVector) return picture;
  const { natural = picture } = picture;
  const most = maxFramePixels(limits, picture.format);
  const scale = Math.sqrt(most / area(natural));
  const toSide = (side: number) => Math.max(1, Math.min(most, Math.floor(side * scale)));
  return { width: toSide(natural.width), height: toSide(natural.height) };
}
