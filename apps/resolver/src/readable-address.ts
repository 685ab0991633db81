import { toImageId } from "@image-pipeline/schema/keys";
import * as z from "zod";

/** A readable address, as the CloudFront Function passes it on. */
export interface ReadableAddress {
  bucket: string;
  key: string;
  preset: string;
  /** The best format that the browser accepts. */
  format: "avif" | "webp" | "jpeg";
}

/** The event of a function URL (docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html); header names are lower-case. */
const UrlEvent = z.object({
  rawPath: z.string(),
  headers: z.object({ "x-image-key": z.string(), "x-image-format": z.enum(["avif", "webp", "jpeg"]) }),
});
const PATH = /^\/renditions\/([a-z2-7]{26})\/i\/([a-z0-9-]+)$/;

/**
 * Returns the readable address of a request. An id that is not the key's is refused: invalidations would not find the copy.
 *
 * @returns undefined for any other request
 */
export function toReadableAddress(event: unknown, bucket: string): ReadableAddress | undefined {
  const parsed = UrlEvent.safeParse(event);
  if (!parsed.success) return undefined;
  const { rawPath, headers } = parsed.data;
  const [, id, preset = ""] = PATH.exec(rawPath) ?? [];
  const key = decode(headers["x-image-key"]);
  if (id === undefined || toImageId(bucket, key) !== id) return undefined;
  return { bucket, key, preset, format: headers["x-image-format"] };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
