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

/**
 * Counts the pages of a TIFF or BigTIFF, whose directories are a list.
 *
 * @throws {ImageRejection} `TOO_MANY_FRAMES`, also for a list that leads back to itself
 */
export function checkTiffPages(source: Uint8Array, { maxFrames }: Limits): void {
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  const isLittle = source[0] === 0x49;
  const isBig = view.byteLength >= 16 && view.getUint16(2, isLittle) === 43;
  const numberAt = (at: number) =>
    isBig ? Number(view.getBigUint64(at, isLittle)) : view.getUint32(at, isLittle);
  const isInside = (at: number) => at > 0 && at + 8 <= view.byteLength;
  let pages = 0;
  for (let at = isInside(8) ? numberAt(isBig ? 8 : 4) : 0; isInside(at); ) {
    if (++pages > maxFrames) throw tooManyFrames(undefined, maxFrames);
    const entries = isBig ? Number(view.getBigUint64(at, isLittle)) : view.getUint16(at, isLittle);
    const link = isBig ? at + 8 + 20 * entries : at + 2 + 12 * entries;
    at = link + (isBig ? 8 : 4) <= view.byteLength ? numberAt(link) : 0;
  }
}
