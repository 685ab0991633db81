import sharp, { type Sharp } from "sharp";

/**
 * A picture with soft gradients, hard edges and fine texture, the same every time: where a photograph is not the point.
 *
 * @param shift moves its disc, in pixels, so that frames of an animation differ
 */
export function scene(width: number, height: number, { alpha = false, shift = 0 } = {}): Sharp {
  const channels = alpha ? 4 : 3;
  const data = Buffer.alloc(width * height * channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const isDisc = Math.hypot(x - width / 3 - shift, y - height / 2) < height / 4;
      const grain = ((x * 7 + y * 13) % 11) * 2;
      const colour = isDisc
        ? [220, 60, 40]
        : [(180 * x) / width + grain, (160 * y) / height + grain, 120 - grain];
      data.set([...colour, ...(alpha ? [(255 * x) / (width - 1)] : [])], channels * (y * width + x));
    }
  }
  return sharp(data, { raw: { width, height, channels } });
}

/** Flat frames, each in a colour of its own, as raw pixels with the frames one below the other. */
export function flatFrames(
  colours: readonly (readonly number[])[],
  { width, height }: { width: number; height: number },
): Sharp {
  const data = Buffer.from(
    colours.flatMap((colour) => Array.from({ length: width * height }, () => colour).flat()),
  );
  const raw = { width, height: height * colours.length, channels: 3, pageHeight: height } as const;
  return sharp(data, { raw });
}

/** A picture in one colour, half transparent if it has alpha: large, and quickly made. */
export function flat({ width, height }: { width: number; height: number }, { alpha = false } = {}): Sharp {
  const background = { r: 200, g: 100, b: 50, alpha: alpha ? 0.5 : 1 };
  return sharp({ create: { width, height, channels: alpha ? 4 : 3, background }, limitInputPixels: false });
}
