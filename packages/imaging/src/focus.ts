import type { Facts } from "@image-pipeline/schema/manifest";
import { cleanText } from "./exif-facts.ts";

/** Two shares such as `0.3,0.7`: of the width from the left, then of the height from the top. */
const POINT = /^\s*(\d(?:\.\d{1,9})?|\.\d{1,9})\s*,\s*(\d(?:\.\d{1,9})?|\.\d{1,9})\s*$/;

/**
 * Returns the facts from a source's metadata `focus`. Text that is not a point costs no picture: it is ignored, and becomes a fact of
 * its own, where the uploader finds it.
 */
export function focusFacts(text = ""): Pick<Facts, "focus" | "ignoredFocus"> {
  const [x, y] = POINT.exec(text)?.slice(1).map(Number) ?? [];
  if (x !== undefined && y !== undefined && Math.max(x, y) <= 1) return { focus: { x, y } };
  const ignoredFocus = cleanText(text);
  return ignoredFocus === undefined ? {} : { ignoredFocus };
}
