import type { Watermark } from "@image-pipeline/schema/config";
import type { Size } from "../../size.ts";
import type { Mask } from "./stroke-mask.ts";

/** Width of the outline around the letters, in hundredths of an em. */
export const OUTLINE_WIDTH = 4;
const MAX_HEIGHT_SHARE = 0.25;

/** A drawn line of text in a box, which includes the margins. */
export interface TextMasks extends Size {
  text: Mask;
  /** The text and its outline. */
  outline: Mask;
}

export interface FittedText {
  /** Pixels of a hundredth of an em. */
  scale: number;
  /** Pixels around the outline. */
  margin: number;
  /** The size with the margins, no larger than the picture. */
  box: Size;
}

/**
 * Returns the place that a line of text has on a picture.
 *
 * @param inked the size of the text and its outline, in hundredths of an em
 */
export function fitText(
  size: Size,
  inked: Size,
  { widthPercent, marginPercent }: Pick<Watermark, "widthPercent" | "marginPercent">,
): FittedText {
  const margin = (marginPercent / 100) * Math.min(size.width, size.height);
  const wanted = (size.width * widthPercent) / 100;
  const scale = Math.min(
    Math.min(wanted, size.width - 2 * margin) / inked.width,
    Math.min(MAX_HEIGHT_SHARE * size.height, size.height - 2 * margin) / inked.height,
  );
  const box = {
    width: Math.min(size.width, Math.ceil(inked.width * scale + 2 * margin)),
    height: Math.min(size.height, Math.ceil(inked.height * scale + 2 * margin)),
  };
  return { scale, margin, box };
}
