import { gifBlocks } from "./containers/gif-parts.ts";
import { corruptImage } from "./corrupt-image.ts";

/**
 * The GIF alone, without what may follow its end. GIF is the one format whose decoder shows as much as it got of a file
 * that was cut short and says nothing, so that is checked here.
 *
 * @throws {ImageRejection} `CORRUPT_IMAGE` where the file ends inside a frame
 */
export function wholeGif(source: Uint8Array): Uint8Array {
  const file = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  for (const { name, at } of gifBlocks(file)) {
    if (name === "trailing bytes") return source.subarray(0, at);
    if (name === "cut short") throw corruptImage("gif", "ends inside a frame", `after ${at} bytes`);
  }
  return source;
}
