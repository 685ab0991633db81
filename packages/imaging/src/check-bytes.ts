import type { Limits } from "@image-pipeline/schema/config";
import { ImageRejection } from "./image-rejection.ts";

/**
 * Checks an object's size alone, in bytes, before anything is downloaded.
 *
 * @throws {ImageRejection} `EMPTY_OBJECT`, `TOO_MANY_BYTES`
 */
export function checkBytes(bytes: number, limits: Limits): void {
  if (bytes === 0)
    throw new ImageRejection("EMPTY_OBJECT", "The object has no bytes. Upload the file again.");
  if (bytes <= limits.maxBytes) return;
  throw new ImageRejection(
    "TOO_MANY_BYTES",
    `The file has ${bytes} bytes, more than the ${limits.maxBytes} that are accepted. Upload a smaller or more compressed version.`,
  );
}
