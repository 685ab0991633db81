/** Placeholders to show while a picture loads, from the facts in its manifest. */
import { thumbHashToDataURL } from "thumbhash";

/** The facts that a placeholder is made of. A rejected image may have none. */
export interface PlaceholderFacts {
  thumbhash?: string;
  dominantColour?: string;
}

export interface Placeholder {
  /** A blurred picture of about 32 pixels, as a `data:` URL of a PNG. */
  dataUrl?: string;
  /** The dominant colour, as `#rrggbb`. */
  colour?: string;
}

/** Fewer bytes are not a ThumbHash: its header has 5, and at least one more is of the colours. */
const MIN_BYTES = 6;

/** Returns the placeholder of an image: what its manifest knows of it, which is nothing for a deleted one. */
export function placeholder(manifest: { status: string; facts?: PlaceholderFacts }): Placeholder {
  const { thumbhash = "", dominantColour } = manifest.facts ?? {};
  const dataUrl = thumbHashToDataUrl(thumbhash);
  return {
    ...(dataUrl !== undefined && { dataUrl }),
    ...(dominantColour !== undefined && { colour: dominantColour }),
  };
}

/** Returns the picture of a ThumbHash in base64, as a `data:` URL, or undefined if the text is not a ThumbHash. */
export function thumbHashToDataUrl(base64: string): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    return bytes.length < MIN_BYTES ? undefined : thumbHashToDataURL(bytes);
  } catch {
    return undefined;
  }
}
