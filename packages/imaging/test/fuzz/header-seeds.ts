import { displayP3Profile, openTagged } from "../../src/convert-colour.ts";
import { heicFile, property } from "../pictures/heic-file.ts";
import { HEVC_STREAMS } from "../pictures/hevc-streams.ts";
import { scene } from "../pictures/scene.ts";
import { type TiffPage, tiffFile } from "../pictures/tiff-file.ts";

const SIZE = { width: 24, height: 16 };

/** A file with a header in it, between two offsets. */
export interface HeaderSeed {
  file: Buffer;
  start: number;
  end: number;
}

/** TIFFs of every kind of pixels and compression; few bytes, so that the directory is most of the file. */
export async function tiffSeeds(): Promise<HeaderSeed[]> {
  const opaque = () => scene(SIZE.width, SIZE.height);
  const clear = () => scene(SIZE.width, SIZE.height, { alpha: true });
  const kinds: TiffPage[] = [
    SIZE,
    { ...SIZE, bits: 16 },
    { ...SIZE, bits: 32, sampleFormat: 3 },
    { ...SIZE, bits: 32 },
    { ...SIZE, channels: 3, deflate: true },
    { ...SIZE, channels: 4 },
    { ...SIZE, channels: 5 },
  ];
  const made = kinds.map((kind) =>
    tiffFile(
      [kind],
      Buffer.alloc((SIZE.width * SIZE.height * (kind.channels ?? 1) * (kind.bits ?? 8)) / 8, 77),
    ),
  );
  const saved = await Promise.all([
    opaque().tiff({ compression: "lzw", predictor: "horizontal" }).toBuffer(),
    opaque().tiff({ compression: "jpeg" }).toBuffer(),
    opaque().tiff({ compression: "packbits" }).toBuffer(),
    clear().tiff({ compression: "deflate", tile: true, tileWidth: 16, tileHeight: 16 }).toBuffer(),
    opaque().toColourspace("cmyk").tiff({ compression: "none" }).toBuffer(),
    opaque().toColourspace("lab").tiff({ compression: "none" }).toBuffer(),
    opaque()
      .greyscale()
      .threshold()
      .toColourspace("b-w")
      .tiff({ compression: "ccittfax4", bitdepth: 1 })
      .toBuffer(),
    opaque().toColourspace("rgb16").tiff({ bigtiff: true }).toBuffer(),
  ]);
  return [...made, ...saved].map((file) => ({ file, start: 0, end: file.length }));
}

const EXIF = {
  IFD0: { Make: "Acme", Model: "Mark 5" },
  IFD2: { DateTimeOriginal: "2024:05:01 12:34:56", FNumber: "28/10", LensModel: "35mm f/1.8" },
  IFD3: { GPSLatitudeRef: "N", GPSLatitude: "52/1 31/1 12/1" },
};

/** Pictures of the formats that store EXIF. The header is the TIFF structure inside of the segment. */
export async function exifSeeds(): Promise<HeaderSeed[]> {
  const formats = ["jpeg", "png", "webp", "avif"] as const;
  const files = await Promise.all(
    formats.map((format) => scene(SIZE.width, SIZE.height).toFormat(format).withExif(EXIF).toBuffer()),
  );
  const seeds = files.map(toExifSeed);
  const exif = seeds.map(({ file, start, end }) => file.subarray(start, end))[0];
  return [...seeds, toExifSeed(heicFile({ tiles: [HEVC_STREAMS.card], ...(exif && { exif }) }))];
}

function toExifSeed(file: Buffer): HeaderSeed {
  const start = Math.max(file.indexOf("II*\0", 0, "latin1"), file.indexOf("MM\0*", 0, "latin1"));
  if (start < 0) throw new Error("a seed has no EXIF");
  return { file, start, end: Math.min(file.length, start + 300) };
}

/** Pictures with a colour profile of a display, which is stored as it is. */
export async function profileSeeds(): Promise<HeaderSeed[]> {
  const { data } = await scene(SIZE.width, SIZE.height).raw().toBuffer({ resolveWithObject: true });
  const wide = openTagged({ data, ...SIZE, channels: 3 }, await displayP3Profile()).keepIccProfile();
  const files = await Promise.all([
    wide.clone().jpeg().toBuffer(),
    wide.clone().webp().toBuffer(),
    wide.clone().tiff().toBuffer(),
    wide.clone().avif({ effort: 0 }).toBuffer(),
    scene(SIZE.width, SIZE.height).toColourspace("cmyk").jpeg().keepIccProfile().toBuffer(),
    heicFile({ tiles: [HEVC_STREAMS.card], properties: [property.icc(await displayP3Profile())] }),
  ]);
  return files.flatMap((file) => {
    const start = file.indexOf("acsp", 0, "latin1") - 36;
    return start < 0 ? [] : [{ file, start, end: Math.min(file.length, start + 500) }];
  });
}
