import sharp, { type Sharp } from "sharp";
import { displayP3Profile } from "../../src/convert-colour.ts";
import type { Pixels } from "../../src/pixels.ts";
import { toTaggedTiff } from "../../src/tagged-tiff.ts";
import { clli, nclx, withAvifBoxes } from "../pictures/avif-boxes.ts";
import { gifOnCanvas } from "../pictures/gif-file.ts";
import { adobeRgbProfile, greyProfile, proPhotoProfile } from "../pictures/icc-profiles.ts";
import { pngChunk, toAnimatedPng, withPngChunks } from "../pictures/png-chunks.ts";
import { playing, scene } from "../pictures/scene.ts";
import { SVG_SHAPES, SVG_SIZES } from "./svg-cases.ts";

/** One generated file. */
export interface BrowserCase {
  /** The line of the table that it counts for. */
  kind: string;
  name: string;
  type: string;
  make: () => Promise<Buffer>;
}

const SIZE = { width: 64, height: 48 };
const opaque = () => scene(SIZE.width, SIZE.height);
const clear = () => scene(SIZE.width, SIZE.height, { alpha: true });
const grey = () => opaque().toColourspace("b-w");
const QUALITIES = [30, 60, 80, 95];

/** Every file of the comparison, sorted by format. */
export function browserCases(): BrowserCase[] {
  return [...jpegs(), ...pngs(), ...webps(), ...gifs(), ...avifs(), ...svgs()];
}

function svgs(): BrowserCase[] {
  return [...kindOf("SVG", "svg+xml", SVG_SHAPES), ...kindOf("SVG of other sizes", "svg+xml", SVG_SIZES)];
}

type Make = () => Promise<Buffer>;

function kindOf(kind: string, type: string, files: Record<string, Make>): BrowserCase[] {
  return Object.entries(files).map(([name, make]) => ({
    kind,
    name: `${kind}: ${name}`,
    type: `image/${type}`,
    make,
  }));
}

/** Returns an entry for each combination of a value of two lists. */
function each<A, B>(first: readonly A[], second: readonly B[], make: (a: A, b: B) => Promise<Buffer>) {
  return Object.fromEntries(
    first.flatMap((a) => second.map((b): [string, Make] => [`${a}, ${b}`, () => make(a, b)])),
  );
}

/** Returns a picture of the scene's colours under a profile that is not applied. */
async function tagged(profile: Buffer, picture: Sharp = opaque()): Promise<Sharp> {
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  const pixels: Pixels = { data, width: info.width, height: info.height, channels: info.channels };
  return sharp(toTaggedTiff(pixels, profile)).keepIccProfile();
}

/** Returns the transparent scene in grey, under a profile that is not applied. */
async function taggedClearGrey(profile: Buffer): Promise<Sharp> {
  const rgba = await clear().raw().toBuffer();
  const data = Buffer.from(Array.from({ length: rgba.length / 2 }, (_, at) => rgba[2 * at + (at & 1)] ?? 0));
  return sharp(toTaggedTiff({ data, ...SIZE, channels: 2 }, profile)).keepIccProfile();
}

const PROFILES: Record<string, () => Promise<Buffer>> = {
  "Display P3": displayP3Profile,
  "Adobe RGB": async () => adobeRgbProfile(),
  "ProPhoto RGB": async () => proPhotoProfile(),
};

function withProfiles(encode: (picture: Sharp) => Sharp): Record<string, Make> {
  return Object.fromEntries(
    Object.entries(PROFILES).flatMap(([name, profile]): [string, Make][] => [
      [name, async () => encode(await tagged(await profile())).toBuffer()],
      [
        `${name}, with bright colours`,
        async () => encode(await tagged(await profile(), opaque().modulate({ saturation: 1.6 }))).toBuffer(),
      ],
    ]),
  );
}

const SUBSAMPLINGS = ["4:2:0", "4:4:4"] as const;

function jpegs(): BrowserCase[] {
  return [
    ...kindOf("JPEG", "jpeg", {
      ...each(QUALITIES, SUBSAMPLINGS, (quality, chromaSubsampling) =>
        opaque().jpeg({ quality, chromaSubsampling }).toBuffer(),
      ),
      ...each(["progressive"], QUALITIES, (_, quality) =>
        opaque().jpeg({ quality, progressive: true }).toBuffer(),
      ),
      ...each(["mozjpeg"], QUALITIES, (_, quality) => opaque().jpeg({ quality, mozjpeg: true }).toBuffer()),
      ...each(["odd size"], [1, 7, 15, 17, 33], (_, width) => scene(width, 9).jpeg().toBuffer()),
    }),
    ...kindOf(
      "JPEG in grey",
      "jpeg",
      each(["grey"], QUALITIES, (_, quality) => grey().jpeg({ quality }).toBuffer()),
    ),
    ...kindOf(
      "JPEG with an orientation",
      "jpeg",
      each([1, 2, 3, 4, 5, 6, 7, 8], SUBSAMPLINGS, (orientation, chromaSubsampling) =>
        opaque().withMetadata({ orientation }).jpeg({ chromaSubsampling }).toBuffer(),
      ),
    ),
    ...kindOf("JPEG with an ICC profile", "jpeg", {
      ...withProfiles((picture) => picture.jpeg({ quality: 90, chromaSubsampling: "4:4:4" })),
      "grey of gamma 1.8": async () =>
        (await tagged(greyProfile(1.8), grey())).toColourspace("b-w").jpeg({ quality: 95 }).toBuffer(),
    }),
    ...kindOf("JPEG in CMYK", "jpeg", {
      "with its profile": () =>
        opaque().toColourspace("cmyk").withIccProfile("cmyk").jpeg({ quality: 95 }).toBuffer(),
    }),
  ];
}

const uint32 = (...values: readonly number[]) => {
  const body = Buffer.alloc(4 * values.length);
  for (const [at, value] of values.entries()) body.writeUInt32BE(value, 4 * at);
  return body;
};
const SRGB_CHROMATICITIES = uint32(31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6000);
const P3_CHROMATICITIES = uint32(31_270, 32_900, 68_000, 32_000, 26_500, 69_000, 15_000, 6000);

/** The kinds of pixels of a PNG. */
const PNG_PIXELS: Record<string, () => Sharp> = {
  "8 bits": opaque,
  "8 bits with alpha": clear,
  "16 bits": () => opaque().toColourspace("rgb16"),
  "16 bits with alpha": () => clear().toColourspace("rgb16"),
  grey: grey,
  "grey with alpha": () => clear().toColourspace("b-w"),
  "16-bit grey": () => opaque().toColourspace("grey16"),
  "16-bit grey with alpha": () => clear().toColourspace("grey16"),
};
const PRIMARIES = [1, 4, 5, 6, 7, 8, 9, 11, 12, 22];
const TRANSFERS = [1, 4, 5, 7, 8, 13];

function pngs(): BrowserCase[] {
  const withChunks = async (picture: Sharp, ...chunks: Buffer[]) =>
    withPngChunks(await picture.png().toBuffer(), ...chunks);
  const cicp = (primaries: number, transfer: number) =>
    pngChunk("cICP", Buffer.of(primaries, transfer, 0, 1));
  const pixels = Object.keys(PNG_PIXELS);
  const picture = (name: string) => PNG_PIXELS[name]?.() ?? opaque();
  return [
    ...kindOf("PNG", "png", {
      ...each(pixels, [false, true], (name, progressive) => picture(name).png({ progressive }).toBuffer()),
      ...each(["palette"], [2, 4, 16, 64, 256], (_, colours) =>
        opaque().png({ palette: true, colours }).toBuffer(),
      ),
      ...each(["palette with alpha"], [16, 256], (_, colours) =>
        clear().png({ palette: true, colours }).toBuffer(),
      ),
      animated: async () => toAnimatedPng(await opaque().png().toBuffer(), SIZE),
    }),
    ...kindOf("PNG with an ICC profile", "png", {
      ...withProfiles((one) => one.png()),
      ...Object.fromEntries(
        ["grey", "grey with alpha", "16-bit grey", "16-bit grey with alpha"].map((name): [string, Make] => [
          name,
          async () => {
            const space = name.startsWith("16") ? "grey16" : "b-w";
            const profile = greyProfile(1.4);
            const file = name.endsWith("alpha") ? taggedClearGrey(profile) : tagged(profile, grey());
            return (await file).toColourspace(space).png().toBuffer();
          },
        ]),
      ),
    }),
    ...kindOf("PNG with gAMA", "png", {
      ...each(
        ["8 bits", "16 bits with alpha", "grey", "grey with alpha"],
        [30_000, 45_455, 55_556, 100_000],
        (name, gamma) => withChunks(picture(name), pngChunk("gAMA", uint32(gamma))),
      ),
      "and sRGB": () =>
        withChunks(opaque(), pngChunk("gAMA", uint32(100_000)), pngChunk("sRGB", Buffer.of(0))),
    }),
    ...kindOf("PNG with cHRM", "png", {
      "of P3, alone": () => withChunks(opaque(), pngChunk("cHRM", P3_CHROMATICITIES)),
      ...each([45_455, 55_556, 100_000], ["P3", "sRGB"], (gamma, name) =>
        withChunks(
          opaque(),
          pngChunk("gAMA", uint32(gamma)),
          pngChunk("cHRM", name === "P3" ? P3_CHROMATICITIES : SRGB_CHROMATICITIES),
        ),
      ),
      "of P3, and sRGB": () =>
        withChunks(opaque(), pngChunk("cHRM", P3_CHROMATICITIES), pngChunk("sRGB", Buffer.of(0))),
    }),
    ...kindOf(
      "PNG with cICP",
      "png",
      each(PRIMARIES, TRANSFERS, (primaries, transfer) => withChunks(opaque(), cicp(primaries, transfer))),
    ),
    ...kindOf("PNG in HDR", "png", {
      ...each(["8 bits", "16 bits", "8 bits with alpha"], [16, 18], (name, transfer) =>
        withChunks(picture(name), cicp(9, transfer)),
      ),
      ...each([1, 12], [16, 18], (primaries, transfer) =>
        withChunks(picture("16 bits"), cicp(primaries, transfer)),
      ),
      ...each(["peak"], [300, 600, 1000, 4000], (_, peak) =>
        withChunks(picture("16 bits"), cicp(9, 16), pngChunk("cLLI", uint32(10_000 * peak, 1_000_000))),
      ),
    }),
  ];
}

function webps(): BrowserCase[] {
  return [
    ...kindOf("WebP", "webp", {
      ...each(QUALITIES, [false, true], (quality, smartSubsample) =>
        opaque().webp({ quality, smartSubsample }).toBuffer(),
      ),
      ...each(["alpha"], QUALITIES, (_, quality) => clear().webp({ quality }).toBuffer()),
      ...each(["lossy alpha"], QUALITIES, (_, alphaQuality) => clear().webp({ alphaQuality }).toBuffer()),
      ...each(["near lossless"], QUALITIES, (_, quality) =>
        opaque().webp({ quality, nearLossless: true }).toBuffer(),
      ),
      lossless: () => opaque().webp({ lossless: true }).toBuffer(),
      "lossless with alpha": () => clear().webp({ lossless: true }).toBuffer(),
      animated: () => playing(SIZE.width, SIZE.height),
      ...each(["odd size"], [1, 7, 15, 17, 33], (_, width) => scene(width, 9).webp().toBuffer()),
    }),
    ...kindOf(
      "WebP with an ICC profile",
      "webp",
      withProfiles((picture) => picture.webp({ quality: 90 })),
    ),
  ];
}

function gifs(): BrowserCase[] {
  return [
    ...kindOf("GIF", "gif", {
      ...each(["colours"], [2, 4, 16, 64, 256], (_, colours) => opaque().gif({ colours }).toBuffer()),
      ...each(["with alpha"], [4, 64, 256], (_, colours) => clear().gif({ colours }).toBuffer()),
      interlaced: () => opaque().gif({ progressive: true }).toBuffer(),
      animated: async () =>
        sharp(await playing(SIZE.width, SIZE.height), { animated: true })
          .gif()
          .toBuffer(),
    }),
    ...kindOf(
      "GIF with a smaller frame",
      "gif",
      each([2, 16, 64, 128], [0, 1], async (colours, background) =>
        gifOnCanvas(await scene(40, 24).gif({ colours }).toBuffer(), {
          ...SIZE,
          left: 10,
          top: 12,
          background,
        }),
      ),
    ),
  ];
}

function avifs(): BrowserCase[] {
  const best = { quality: 95, chromaSubsampling: "4:4:4", effort: 0 } as const;
  const coded = async (primaries: number, transfer: number, ...properties: Buffer[]) =>
    withAvifBoxes(await opaque().avif(best).toBuffer(), {
      properties: [nclx({ primaries, transfer }), ...properties],
    });
  return [
    ...kindOf("AVIF", "avif", {
      ...each(QUALITIES, SUBSAMPLINGS, (quality, chromaSubsampling) =>
        opaque().avif({ quality, chromaSubsampling, effort: 0 }).toBuffer(),
      ),
      ...each(["alpha"], QUALITIES, (_, quality) => clear().avif({ quality, effort: 0 }).toBuffer()),
      ...each(["bits"], [10, 12] as const, (_, bitdepth) =>
        opaque().avif({ quality: 80, bitdepth, effort: 0 }).toBuffer(),
      ),
      lossless: () => opaque().avif({ lossless: true, effort: 0 }).toBuffer(),
      premultiplied: async () =>
        withAvifBoxes(await multiplied().avif(best).toBuffer(), { reference: "prem" }),
    }),
    ...kindOf(
      "AVIF with an ICC profile",
      "avif",
      withProfiles((picture) => picture.avif(best)),
    ),
    ...kindOf(
      "AVIF with nclx",
      "avif",
      each(PRIMARIES, TRANSFERS, (primaries, transfer) => coded(primaries, transfer)),
    ),
    ...kindOf("AVIF in HDR", "avif", {
      ...each([1, 9, 12], [16, 18], (primaries, transfer) => coded(primaries, transfer)),
      ...each(["peak"], [300, 600, 1000, 4000], (_, peak) => coded(9, 16, clli(peak))),
    }),
  ];
}

/** Returns the transparent scene with its colours multiplied by alpha. */
function multiplied(): Sharp {
  const { width, height } = SIZE;
  const data = Buffer.alloc(4 * width * height);
  for (let at = 0; at < data.length; at += 4) {
    const alpha = Math.round((255 * ((at / 4) % width)) / (width - 1));
    data.set([...[200, 100, 50].map((value) => Math.round((value * alpha) / 255)), alpha], at);
  }
  return sharp(data, { raw: { width, height, channels: 4 } });
}
