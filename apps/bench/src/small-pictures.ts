import sharp from "sharp";
import type { Photograph } from "./photographs.ts";

const KINDS = [
  { format: "jpeg", side: 480 },
  { format: "png", side: 320 },
  { format: "webp", side: 200 },
] as const;

/** Makes small pictures of the photographs, as avatars and thumbnails are uploaded: three formats and sizes in turn. */
export async function smallPictures(photographs: readonly Photograph[]): Promise<Photograph[]> {
  return Promise.all(
    photographs.flatMap((photograph, index) => {
      const kind = KINDS[index % KINDS.length];
      return kind ? [toSmall(photograph, kind)] : [];
    }),
  );
}

async function toSmall(
  photograph: Photograph,
  { format, side }: (typeof KINDS)[number],
): Promise<Photograph> {
  const picture = sharp(photograph.data).autoOrient().resize({ width: side, height: side, fit: "inside" });
  return {
    ...photograph,
    name: `${photograph.name} as ${format} of ${side}`,
    data: await picture.toFormat(format).toBuffer(),
  };
}
