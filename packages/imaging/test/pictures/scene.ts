import sharp, { type Sharp } from "sharp";

/**
 * Draws a picture with soft gradients, hard edges and fine texture, always the same, for tests that need no photograph.
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

/** Encodes an animated WebP of two frames: the scene and its negative. */
export async function playing(width: number, height: number): Promise<Buffer> {
  const picture = scene(width, height);
  const frames = [await picture.png().toBuffer(), await picture.clone().negate().png().toBuffer()];
  return sharp(frames, { join: { animated: true } })
    .webp({ effort: 0 })
    .toBuffer();
}

/** Returns flat frames, each in another colour, as raw pixels with the frames one below the other. */
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

/** Returns a picture in one colour, half transparent if it has alpha: large, and quickly made. */
export function flat({ width, height }: { width: number; height: number }, { alpha = false } = {}): Sharp {
  const background = { r: 200, g: 100, b: 50, alpha: alpha ? 0.5 : 1 };
  return sharp({ create: { width, height, channels: alpha ? 4 : 3, background }, limitInputPixels: false });
}
