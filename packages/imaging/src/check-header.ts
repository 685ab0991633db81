import type { Limits } from "@image-pipeline/schema/config";
import { decodeMemoryBytes } from "./decode-memory.ts";
import { ImageRejection } from "./image-rejection.ts";
import type { Header } from "./read-header.ts";

/**
 * Checks the declared size against the limits, frames multiplying pixels.
 *
 * @throws {ImageRejection} `TOO_MANY_PIXELS`, `TOO_MANY_FRAMES`
 */
export function checkHeader(header: Header, limits: Limits): void {
  const { width, height, pages } = header;
  const framePixels = width * height;
  if (framePixels > limits.maxFramePixels) {
    throw tooManyPixels(`${width} x ${height} = ${framePixels} pixels`, limits.maxFramePixels);
  }
  if (pages > limits.maxFrames) throw tooManyFrames(pages, limits.maxFrames);
  const totalPixels = framePixels * pages;
  if (totalPixels > limits.maxTotalPixels) {
    throw tooManyPixels(
      `${width} x ${height} in ${pages} frames = ${totalPixels} pixels`,
      limits.maxTotalPixels,
    );
  }
  const memoryBytes = decodeMemoryBytes(header);
  if (memoryBytes > limits.maxDecodeMemoryBytes) throw tooMuchMemory(header, memoryBytes, limits);
}

function tooManyFrames(frames: number, accepted: number): ImageRejection {
  return new ImageRejection(
    "TOO_MANY_FRAMES",
    `The picture has ${frames} frames, more than the ${accepted} that are accepted. Upload a shorter one.`,
  );
}

function tooManyPixels(what: string, accepted: number): ImageRejection {
  return new ImageRejection(
    "TOO_MANY_PIXELS",
    `The picture has ${what}, more than the ${accepted} that are accepted. Upload a scaled-down version.`,
  );
}

/** Fewer pixels are accepted of what a decoder has to hold whole: AVIF, and interlaced or progressive pictures. */
function tooMuchMemory(
  { format, width, height, isInterlaced }: Header,
  bytes: number,
  limits: Limits,
): ImageRejection {
  const kind = isInterlaced ? `an interlaced or progressive ${format}` : `this kind of ${format}`;
  const [needed, accepted] = [bytes, limits.maxDecodeMemoryBytes].map((value) => Math.round(value / 2 ** 20));
  return new ImageRejection(
    "TOO_MANY_PIXELS",
    `The picture has ${width} x ${height} pixels; ${kind} takes about ${needed} MiB to decode at that size, more than the ${accepted} that are accepted. Upload a scaled-down version.`,
  );
}
