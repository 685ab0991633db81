import { Facts, OutputFormat } from "@image-pipeline/schema/manifest";
import sharp, { type Sharp } from "sharp";
import { describe, expect, it } from "vitest";
import { provePrivate } from "../src/prove-private.ts";
import { heicFile } from "./pictures/heic-file.ts";
import { HEVC_STREAMS } from "./pictures/hevc-streams.ts";
import { withSegment } from "./pictures/jpeg-segments.ts";
import { pngChunk, withPngChunks } from "./pictures/png-chunks.ts";
import { rawTiff } from "./pictures/raw-files.ts";
import { flatFrames, scene } from "./pictures/scene.ts";
import { svgFile } from "./pictures/svg-file.ts";
import { render } from "./render.ts";

const SECRET = "Secret-52.5200N-13.4050E";
const EXIF = {
  IFD0: { Copyright: SECRET, Artist: SECRET },
  IFD3: {
    GPSLatitudeRef: "N",
    GPSLatitude: "52/1 31/1 12/1",
    GPSLongitudeRef: "E",
    GPSLongitude: "13/1 24/1 18/1",
  },
};
const XMP = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">${SECRET}</rdf:RDF></x:xmpmeta>`;
const OUTPUTS = OutputFormat.options;

function withSecrets(picture: Sharp): Sharp {
  return picture.withExif(EXIF).withXmp(XMP).withIccProfile("p3");
}

/** Files with a secret in every place that their format has for metadata. */
const SOURCES: Record<Facts["format"], () => Promise<Buffer>> = {
  jpeg: async () => {
    const jpeg = await withSecrets(scene(120, 80)).jpeg().toBuffer();
    const comment = withSegment(jpeg, 0xfe, Buffer.from(SECRET));
    const iptc = withSegment(comment, 0xed, Buffer.from(`Photoshop 3.0\0${SECRET}`));
    return Buffer.concat([iptc, Buffer.from(SECRET)]);
  },
  png: async () => {
    const png = await withSecrets(scene(120, 80)).png().toBuffer();
    const text = pngChunk("tEXt", Buffer.from(`Comment\0${SECRET}`));
    return Buffer.concat([
      withPngChunks(png, text, pngChunk("eXIf", Buffer.from(SECRET))),
      Buffer.from(SECRET),
    ]);
  },
  webp: () => withSecrets(scene(120, 80)).webp().toBuffer(),
  avif: () => withSecrets(scene(120, 80)).avif({ effort: 0 }).toBuffer(),
  tiff: () => withSecrets(scene(120, 80)).tiff().toBuffer(),
  raw: async () => {
    const jpeg = await withSecrets(scene(120, 80)).jpeg().toBuffer();
    return rawTiff({ mark: "CR\x02\0", fields: [], first: withSegment(jpeg, 0xfe, Buffer.from(SECRET)) });
  },
  heic: async () =>
    heicFile({
      tiles: [HEVC_STREAMS.card],
      exif: Buffer.from(`II*\0${SECRET}`, "latin1"),
      others: [{ type: "mime", reference: "cdsc", data: Buffer.from(SECRET) }],
    }),
  svg: async () =>
    svgFile(
      `<title>${SECRET}</title><metadata>${XMP}</metadata><!-- ${SECRET} --><rect width="9" height="9"/>`,
    ),
  gif: async () => {
    const gif = await flatFrames(
      [
        [200, 30, 30],
        [30, 30, 200],
      ],
      { width: 40, height: 30 },
    )
      .gif()
      .toBuffer();
    const comment = Buffer.concat([
      Buffer.from([0x21, 0xfe, SECRET.length]),
      Buffer.from(SECRET),
      Buffer.of(0),
    ]);
    return Buffer.concat([gif.subarray(0, -1), comment, Buffer.of(0x3b), Buffer.from(SECRET)]);
  },
};

describe.each(Object.entries(SOURCES))("a %s full of metadata", (_format, make) => {
  it("leaves nothing of it in an output of any format", async () => {
    const source = await make();
    expect(source.includes(SECRET)).toBe(true);
    const presets: Parameters<typeof render>[1] = {
      still: { width: 60, formats: OUTPUTS },
      playing: {
        width: 40,
        formats: [
          { format: "webp", animated: "keep" },
          { format: "gif", animated: "keep" },
        ],
      },
      wide: { width: 50, colourSpace: "p3", formats: OUTPUTS },
    };
    const { renditions } = await render(source, presets, { inputs: Facts.shape.format.options });
    expect(renditions).toHaveLength(12);
    for (const { data, format, preset } of renditions) {
      const { exif, xmp, iptc, comments, orientation } = await sharp(data).metadata();
      expect({ exif, xmp, iptc, comments, orientation }).toEqual({});
      expect(Buffer.from(data).includes("Secret")).toBe(false);
      expect(() =>
        provePrivate(Buffer.from(data), format, { keepsProfile: preset === "wide" }),
      ).not.toThrow();
    }
  });
});

describe("provePrivate", () => {
  it.each(["webp", "jpeg", "avif", "png"] as const)(
    "fails for a %s with EXIF, with XMP, or with an unexpected profile",
    async (format) => {
      const leaks = [
        scene(60, 40).withExif(EXIF),
        scene(60, 40).withXmp(XMP),
        scene(60, 40).withIccProfile("p3"),
      ];
      for (const leak of leaks) {
        const file = await leak.toFormat(format).toBuffer();
        expect(() => provePrivate(file, format, { keepsProfile: false })).toThrow(
          /privacy: the \w+ rendition holds/,
        );
      }
    },
  );

  it.each(OUTPUTS)("fails for a %s with bytes after its end, or cut short", async (format) => {
    const file = await scene(60, 40).toFormat(format).toBuffer();
    expect(() => provePrivate(file, format, { keepsProfile: false })).not.toThrow();
    expect(() =>
      provePrivate(Buffer.concat([file, Buffer.from(SECRET)]), format, { keepsProfile: false }),
    ).toThrow(/privacy/);
    expect(() => provePrivate(file.subarray(0, -9), format, { keepsProfile: false })).toThrow(/privacy/);
  });

  it("fails for a GIF with a comment", async () => {
    const source = await SOURCES.gif();
    expect(() => provePrivate(source, "gif", { keepsProfile: false })).toThrow(/extension fe/);
  });

  it("accepts a progressive, a mozjpeg and a 4:4:4 JPEG", async () => {
    for (const options of [{ progressive: true }, { mozjpeg: true }, { chromaSubsampling: "4:4:4" }]) {
      const file = await scene(300, 200).jpeg(options).toBuffer();
      expect(() => provePrivate(file, "jpeg", { keepsProfile: false })).not.toThrow();
    }
  });
});
