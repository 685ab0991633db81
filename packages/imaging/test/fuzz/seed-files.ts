import { displayP3Profile, openTagged } from "../../src/convert-colour.ts";
import { heicFile, property } from "../pictures/heic-file.ts";
import { HEVC_STREAMS } from "../pictures/hevc-streams.ts";
import { toMultiPicture } from "../pictures/jpeg-segments.ts";
import { toAnimatedPng } from "../pictures/png-chunks.ts";
import { flatFrames, scene } from "../pictures/scene.ts";
import { svgFile } from "../pictures/svg-file.ts";

const WIDTH = 48;
const HEIGHT = 32;
const EXIF = {
  IFD0: { Make: "Acme" },
  IFD2: { DateTimeOriginal: "2024:05:01 12:34:56", FNumber: "28/10" },
  IFD3: { GPSLatitudeRef: "N" },
};

/** Small valid files of every input format and of each of its encodings, from which the fuzzer starts. */
export async function seedFiles(): Promise<Buffer[]> {
  const opaque = () => scene(WIDTH, HEIGHT);
  const clear = () => scene(WIDTH, HEIGHT, { alpha: true });
  const frames = () =>
    flatFrames(
      [
        [200, 30, 30],
        [30, 200, 30],
        [30, 30, 200],
      ],
      { width: 24, height: 16 },
    );
  const { data } = await opaque().raw().toBuffer({ resolveWithObject: true });
  const wide = openTagged(
    { data, width: WIDTH, height: HEIGHT, channels: 3 },
    await displayP3Profile(),
  ).keepIccProfile();
  const png = `data:image/png;base64,${(await clear().png({ palette: true }).toBuffer()).toString("base64")}`;
  return Promise.all([
    svgFile(`<defs><g id="a"><path d="M1 2C3 4 5 6 7 8Z" stroke="#123"/></g><filter id="f"><feGaussianBlur stdDeviation="2"/></filter>
      <linearGradient id="l"><stop offset=".2" stop-color="red"/></linearGradient></defs><style>.b{fill:url(#l)}</style>
      <use href="#a" transform="rotate(9)" filter="url(#f)"/><rect class="b" width="9" height="50%"/><text y="9">a&#945;</text>
      <image href="${png}" width="20" height="20"/>`),
    opaque().jpeg().withExif(EXIF).withMetadata({ orientation: 6 }).toBuffer(),
    opaque().jpeg({ progressive: true, chromaSubsampling: "4:4:4" }).toBuffer(),
    opaque().toColourspace("cmyk").jpeg().toBuffer(),
    wide.clone().jpeg().toBuffer(),
    toMultiPicture(await opaque().jpeg().toBuffer(), await opaque().jpeg().toBuffer()),
    opaque().png().withExif(EXIF).toBuffer(),
    clear().png({ progressive: true }).toBuffer(),
    opaque().png({ palette: true }).toBuffer(),
    wide.clone().toColourspace("rgb16").png().toBuffer(),
    toAnimatedPng(await opaque().png().toBuffer(), { width: WIDTH, height: HEIGHT }),
    opaque().webp().withExif(EXIF).toBuffer(),
    clear().webp({ lossless: true }).toBuffer(),
    frames()
      .webp({ delay: [50, 60, 70] })
      .toBuffer(),
    frames()
      .gif({ delay: [50, 60, 70] })
      .toBuffer(),
    opaque().gif().toBuffer(),
    opaque().tiff({ compression: "lzw" }).withMetadata({ orientation: 3 }).toBuffer(),
    clear().toColourspace("rgb16").tiff({ compression: "deflate", tile: true }).toBuffer(),
    opaque().tiff({ compression: "jpeg" }).toBuffer(),
    opaque().toColourspace("cmyk").tiff({ compression: "none" }).toBuffer(),
    opaque()
      .greyscale()
      .threshold()
      .toColourspace("b-w")
      .tiff({ compression: "ccittfax4", bitdepth: 1 })
      .toBuffer(),
    frames().tiff({ bigtiff: true }).toBuffer(),
    opaque().avif({ effort: 0 }).withMetadata({ orientation: 5 }).toBuffer(),
    clear().avif({ effort: 0, chromaSubsampling: "4:4:4" }).toBuffer(),
    wide.clone().avif({ effort: 0, bitdepth: 10 }).toBuffer(),
    ...heicSeeds(await displayP3Profile()),
  ]);
}

function heicSeeds(profile: Buffer): Buffer[] {
  const { red, green, blue, yellow, card, ramp } = HEVC_STREAMS;
  return [
    heicFile({
      tiles: [card],
      alpha: { stream: card },
      properties: [property.nclx(1, 13, 6), property.rotate(90)],
    }),
    heicFile({
      tiles: [red, green, blue, yellow],
      grid: { columns: 2, rows: 2, width: 120, height: 100 },
      properties: [property.icc(profile), property.crop(100, 80, 0, 0)],
      identity: [property.mirror(1)],
    }),
    heicFile({ tiles: [ramp] }),
  ];
}
