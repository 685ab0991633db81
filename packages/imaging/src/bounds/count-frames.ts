import type { Limits } from "@image-pipeline/schema/config";
import { tooManyFrames, tooManyParts } from "./too-many.ts";

/**
 * Counts the frames of a WebP. Its decoder takes the square of their number in time to open the file.
 *
 * @throws {ImageRejection} `TOO_MANY_FRAMES`, `TOO_MANY_PARTS`
 */
export function checkWebpFrames(source: Uint8Array, { maxFrames, maxParts }: Limits): void {
  const file = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  let frames = 0;
  let parts = 0;
  for (let at = 12; at + 8 <= file.length; ) {
    if (++parts > maxParts) throw tooManyParts("chunks", maxParts);
    if (file.toString("latin1", at, at + 4) === "ANMF" && ++frames > maxFrames)
      throw tooManyFrames(undefined, maxFrames);
    const length = file.readUInt32LE(at + 4);
    at += 8 + length + (length & 1);
  }
}
