import { createHash } from "node:crypto";
import type { EncodedRendition } from "@image-pipeline/imaging";

/** A rendition as the engine hands it over; its bytes are the text given. */
export function encoded(text: string, preset = "thumb"): EncodedRendition {
  const data = new TextEncoder().encode(text);
  return {
    preset,
    format: "webp",
    extension: "webp",
    contentType: "image/webp",
    width: 4,
    height: 3,
    pages: 1,
    data,
    sha256: createHash("sha256").update(data).digest("hex"),
  };
}
