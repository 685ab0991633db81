import { ImageRejection } from "../image-rejection.ts";

/** Returns the rejection of a file that has more of something than an encoder writes. @param parts such as `scans` */
export function tooManyParts(parts: string, accepted: number): ImageRejection {
  return new ImageRejection(
    "TOO_MANY_PARTS",
    `The file has more than the ${toCount(accepted)} ${parts} that are accepted. Export the picture again from its original, then upload it.`,
  );
}

/** @param frames their number; more than were accepted, if they were not all counted */
export function tooManyFrames(frames: number | undefined, accepted: number): ImageRejection {
  const count =
    frames === undefined ? `more frames than the ${accepted}` : `${frames} frames, more than the ${accepted}`;
  return new ImageRejection(
    "TOO_MANY_FRAMES",
    `The picture has ${count} that are accepted. Upload a shorter one.`,
  );
}

/** @param size the picture's size and its pixels */
export function tooManyPixels(size: string, accepted: number): ImageRejection {
  return new ImageRejection(
    "TOO_MANY_PIXELS",
    `The picture has ${size}, more than the ${toCount(accepted)} that are accepted. Upload a scaled-down version.`,
  );
}

export function toCount(value: number): string {
  return value.toLocaleString("en");
}
