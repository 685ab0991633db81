import { Limits } from "@image-pipeline/schema/config";
import { describe, expect, it } from "vitest";
import { displayP3Profile } from "../src/convert-colour.ts";
import { unitsOf } from "../src/heic/coded-picture.ts";
import { decodeHeic } from "../src/heic/decode-heic.ts";
import { readHeicPicture } from "../src/heic/heic-picture.ts";
import { HevcError, hevcDecoder } from "../src/heic/hevc-decoder.ts";
import { ImageRejection } from "../src/index.ts";
import { timeBudget } from "../src/time-budget.ts";
import { box, type HeicContent, heicFile, property } from "./pictures/heic-file.ts";
import { croppedStream, HEVC_STREAMS } from "./pictures/hevc-streams.ts";
import { BLUE, expectColours, GREEN, RED, type Rgb, renderQuarters, YELLOW } from "./pictures/quarters.ts";
import { readPixels } from "./pictures/read-pixels.ts";
import { render } from "./render.ts";

const { red, green, blue, yellow, card, odd, card444, card709, ramp, white } = HEVC_STREAMS;

const rejectionOf = async (source: Uint8Array, limits = {}) => {
  const outcome: unknown = await render(source, { one: { width: 40, formats: ["png"] } }, limits).catch(
    (error: unknown) => error,
  );
  if (outcome instanceof ImageRejection) return outcome;
  throw new Error("it was not rejected", { cause: outcome });
};

const four = (more: Partial<HeicContent> = {}) =>
  heicFile({
    tiles: [red, green, blue, yellow],
    grid: { columns: 2, rows: 2, width: 128, height: 128 },
    ...more,
  });

describe("a HEIC picture", () => {
  it.each([
    ["one stream", card, { width: 64, height: 48 }],
    ["one stream of odd sides", odd, { width: 63, height: 47 }],
    ["one stream without chroma subsampling", card444, { width: 64, height: 48 }],
  ])("of %s is rendered", async (_name, stream, size) => {
    const { facts, quarters } = await renderQuarters(heicFile({ tiles: [stream] }));
    expect(facts).toMatchObject({ format: "heic", ...size, pages: 1, bitDepth: 8, hasAlpha: false });
    expectColours(quarters, [RED, GREEN, BLUE, YELLOW]);
  });

  it("of a grid is rendered, with each tile in its place", async () => {
    const { facts, quarters } = await renderQuarters(four());
    expect(facts).toMatchObject({ width: 128, height: 128 });
    expectColours(quarters, [RED, GREEN, BLUE, YELLOW]);
  });

  it("of a grid whose edges cut its last tiles is rendered in its own size", async () => {
    const source = four({ grid: { columns: 2, rows: 2, width: 101, height: 117 } });
    const { facts, quarters } = await renderQuarters(source);
    expect(facts).toMatchObject({ width: 101, height: 117 });
    expectColours(quarters, [RED, GREEN, BLUE, YELLOW]);
  });

  it.each([40, 60, 100])(
    "is the same at a width of %i, for which it is reduced while decoding",
    async (width) => {
      expectColours((await renderQuarters(four(), width)).quarters, [RED, GREEN, BLUE, YELLOW]);
    },
  );

  it("with the matrix and the range of its stream is rendered", async () => {
    expectColours((await renderQuarters(heicFile({ tiles: [card709] }))).quarters, [
      RED,
      GREEN,
      BLUE,
      YELLOW,
    ]);
  });

  it("of 10 bits becomes 8 bits to the nearest level, without a step or a shift", async () => {
    const { facts, renditions } = await render(heicFile({ tiles: [ramp] }), {
      one: { width: 256, formats: ["png"] },
    });
    const { at } = await readPixels(renditions[0]?.data ?? Buffer.of());
    expect(facts.bitDepth).toBe(10);
    const errors = Array.from({ length: 256 }, (_, x) => at(x, 8)[1] - (100 + (x / 255) * 20));
    expect(Math.max(...errors.map(Math.abs))).toBeLessThan(1.6);
    expect(Math.abs(errors.reduce((sum, error) => sum + error, 0) / 256)).toBeLessThan(0.3);
  });
});

describe("the colours of a HEIC picture", () => {
  const P3: Rgb[] = [
    [241, 0, 0, 255],
    [0, 184, 0, 255],
  ];

  it("are converted from its ICC profile", async () => {
    const properties = [property.icc(await displayP3Profile())];
    const { facts, quarters } = await renderQuarters(heicFile({ tiles: [card], properties }));
    expect(facts).toMatchObject({ isWideGamut: true });
    expectColours(quarters, P3);
  });

  it("are converted from the primaries of its codes", async () => {
    const { facts, quarters } = await renderQuarters(
      heicFile({ tiles: [card], properties: [property.nclx(12, 13, 6)] }),
    );
    expect(facts).toMatchObject({ isWideGamut: true, colourProfile: "Display P3" });
    expectColours(quarters, P3);
  });

  it("are its profile's if it has both, and its codes decide only how the samples are read", async () => {
    const properties = [property.icc(await displayP3Profile()), property.nclx(1, 13, 6)];
    expectColours((await renderQuarters(heicFile({ tiles: [card], properties }))).quarters, P3);
  });

  it("are the same in sRGB whether a preset with p3 needs the picture's own or not", async () => {
    const source = heicFile({ tiles: [card], properties: [property.icc(await displayP3Profile())] });
    const formats = ["webp" as const];
    const wide = { width: 40, formats, colourSpace: "p3" as const };
    const [alone] = (await render(source, { usual: { width: 64, formats } })).renditions;
    const { renditions } = await render(source, { usual: { width: 64, formats }, wide });
    expect(renditions.find(({ preset }) => preset === "usual")?.sha256).toBe(alone?.sha256);
    expect(renditions.find(({ preset }) => preset === "wide")?.sha256).not.toBe(alone?.sha256);
  });

  it("in high dynamic range are mapped to sRGB", async () => {
    const { facts, quarters } = await renderQuarters(
      heicFile({ tiles: [card], properties: [property.nclx(9, 16, 6)] }),
    );
    expect(facts).toMatchObject({ hdr: true });
    expectColours(quarters.slice(0, 1), [[255, 0, 0, 255]]);
  });

  it("stay as they are with the codes of sRGB", async () => {
    const { facts, quarters } = await renderQuarters(
      heicFile({ tiles: [card], properties: [property.nclx(1, 13, 6)] }),
    );
    expect(facts.isWideGamut).toBeUndefined();
    expectColours(quarters, [RED, GREEN, BLUE, YELLOW]);
  });
});

describe("other items of a HEIC file", () => {
  it.each([
    ["a thumbnail", "hvc1", "thmb"],
    ["a depth map", "hvc1", "auxl"],
    ["a tone map of iOS 18", "tmap", "dimg"],
    ["XMP", "mime", "cdsc"],
    ["an EXIF of one byte", "Exif", "cdsc"],
  ])("change nothing: %s", async (_name, type, reference) => {
    const source = four({ others: [{ type, reference, data: Buffer.of(1) }] });
    expectColours((await renderQuarters(source)).quarters, [RED, GREEN, BLUE, YELLOW]);
  });
});

describe("the transparency of a HEIC picture", () => {
  const withAlpha = (quarters: readonly Rgb[], alpha: readonly number[]) =>
    quarters.map(([red, green, blue], at): Rgb => [red, green, blue, alpha[at] ?? 0]);
  const CARD = [RED, GREEN, BLUE, YELLOW];
  /** The brightness of the card's quarters. */
  const OPACITY = [87, 118, 52, 199];

  it.each([
    ["one stream", { stream: card }],
    ["the name of MIAF", { stream: card, kind: "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha" }],
  ])("is that of its auxiliary picture: %s", async (_name, alpha) => {
    const { facts, quarters } = await renderQuarters(heicFile({ tiles: [card], alpha }));
    expect(facts).toMatchObject({ hasAlpha: true });
    expectColours(quarters, withAlpha(CARD, OPACITY));
    expect(quarters.map(([, , , alpha]) => alpha)).toEqual(
      OPACITY.map((value) => expect.toSatisfy((alpha: number) => Math.abs(alpha - value) < 4)),
    );
  });

  it("of another size is scaled, and turned with the picture", async () => {
    const source = four({ alpha: { stream: card }, properties: [property.rotate(180)] });
    const { facts, quarters } = await renderQuarters(source, 100);
    expect(facts).toMatchObject({ hasAlpha: true, width: 128, height: 128 });
    expectColours(quarters, withAlpha(CARD, OPACITY).toReversed());
  });

  it("is taken out of colours that are multiplied by it", async () => {
    const source = heicFile({ tiles: [card], alpha: { stream: card, isPremultiplied: true } });
    const { quarters } = await renderQuarters(source);
    expectColours(quarters.slice(0, 1), [[255, 88, 88, 87]]);
  });

  it("weights the colours when the picture is reduced", async () => {
    const [limits, budget] = [Limits.parse({}), timeBudget(60, performance)];
    const source = four({ alpha: { stream: card } });
    const { data } = await decodeHeic(source, { width: 3, height: 3 }, { limits, budget });
    // In the middle of the lower edge, blue of an alpha of 52 meets yellow of 199.
    const [red = 0, green = 0, blue = 0, alpha = 0] = data.subarray(4 * 7);
    expectColours([[red, green, blue, alpha]], [[197, 173, 69, 126]]);
  });

  it("that is opaque everywhere is no transparency", async () => {
    const { facts } = await renderQuarters(heicFile({ tiles: [card], alpha: { stream: white } }));
    expect(facts).toMatchObject({ hasAlpha: false });
  });

  it.each(["urn:mpeg:hevc:2015:auxid:2", "urn:com:apple:photo:2020:aux:hdrgainmap"])(
    "is not %s",
    async (kind) => {
      const { facts, quarters } = await renderQuarters(
        heicFile({ tiles: [card], alpha: { stream: card, kind } }),
      );
      expect(facts).toMatchObject({ hasAlpha: false });
      expectColours(quarters, CARD);
    },
  );
});

describe("an item that shows another one", () => {
  it("is rendered with its own transforms after those of the other", async () => {
    const source = heicFile({
      tiles: [card],
      properties: [property.rotate(90)],
      identity: [property.mirror(1)],
    });
    const { facts, quarters } = await renderQuarters(source);
    expect(facts).toMatchObject({ width: 48, height: 64 });
    expectColours(quarters, [YELLOW, GREEN, BLUE, RED]);
  });

  it("of a grid is rendered, with the transparency of the grid", async () => {
    const source = four({ identity: [], alpha: { stream: card } });
    const { facts, quarters } = await renderQuarters(source);
    expect(facts).toMatchObject({ width: 128, height: 128, hasAlpha: true });
    expect(quarters[0]?.[3]).toBeLessThan(100);
  });
});

describe("a HEIF file that is no HEIC picture is refused by its name:", () => {
  it.each<[string, Buffer, string]>([
    ["uncompressed pixels", heicFile({ tiles: [card], kind: "unci" }), "unci"],
    ["an overlay", four({ kind: "iovl" }), "iovl"],
    ["a JPEG", heicFile({ tiles: [card], kind: "jpeg" }), "jpeg"],
    ["the small header mif3", heicFile({ tiles: [card], brands: ["mif3", "heic"] }), "mif3"],
    [
      "an essential property that is not known",
      heicFile({ tiles: [card], properties: [box("zzzz")] }),
      "zzzz",
    ],
  ])("%s", async (_name, source, name) => {
    const essential = name === "zzzz" ? withEssential(source) : source;
    expect(await rejectionOf(essential)).toMatchObject({
      reason: "UNSUPPORTED_FORMAT",
      message: expect.stringContaining(name),
    });
  });

  it("a sequence without a picture", async () => {
    const source = Buffer.concat([
      box("ftyp", Buffer.from("hevc\0\0\0\0msf1hevc", "latin1")),
      box("moov", Buffer.alloc(40)),
    ]);
    expect(await rejectionOf(source)).toMatchObject({
      reason: "UNSUPPORTED_FORMAT",
      message: expect.stringContaining("sequence"),
    });
  });
});

/** Marks the last property of the first item as essential. */
function withEssential(file: Buffer): Buffer {
  const copy = Buffer.from(file);
  const ipma = copy.indexOf("ipma");
  const count = copy[ipma + 14] ?? 0;
  copy[ipma + 14 + 2 * count - 1] = 0x80;
  return copy;
}

/** A tile of the test's size, cropped from a much larger stream. */
const cropped = (side: number) => croppedStream(red, side);

describe("a hostile HEIC file is rejected before it is decoded:", () => {
  it("a size that its stream does not have", async () => {
    const source = heicFile({ tiles: [{ ...card, width: 4000, height: 3000 }] });
    expect((await rejectionOf(source)).reason).toBe("CORRUPT_IMAGE");
  });

  it.each([
    ["in one stream", heicFile({ tiles: [cropped(32_768)] })],
    ["in each tile of a grid", four({ tiles: Array.from({ length: 4 }, () => cropped(9000)) })],
    ["in its transparency", heicFile({ tiles: [card], alpha: { stream: cropped(32_768) } })],
    ["for less than the decoder's memory", heicFile({ tiles: [cropped(16_000)] })],
  ])("more pixels than are accepted, cropped to few: %s", async (_name, source) => {
    expect((await rejectionOf(source)).reason).toBe("TOO_MANY_PIXELS");
  });

  it("a grid of more tiles than pixels are accepted", async () => {
    const tiles = Array.from({ length: 256 }, () => red);
    const source = heicFile({ tiles, grid: { columns: 16, rows: 16, width: 1, height: 1 } });
    const { reason } = await rejectionOf(source, { maxTotalPixels: 100_000 });
    expect(reason).toBe("TOO_MANY_PIXELS");
  });

  it("a grid that its tiles do not cover", async () => {
    const source = four({ grid: { columns: 2, rows: 2, width: 129, height: 128 } });
    expect((await rejectionOf(source)).reason).toBe("CORRUPT_IMAGE");
  });

  it("more items than any picture has", async () => {
    const others = Array.from({ length: 3000 }, () => ({ type: "hvc1", reference: "thmb" }));
    expect((await rejectionOf(four({ others }))).reason).toBe("CORRUPT_IMAGE");
  });

  it.each([0.2, 0.5, 0.8, 0.95])("one that is cut at %d of its length", async (share) => {
    const source = four();
    expect((await rejectionOf(source.subarray(0, Math.floor(share * source.length)))).reason).toBe(
      "CORRUPT_IMAGE",
    );
  });
});

describe("the decoder's memory", () => {
  const units = () => {
    const [tile] = readHeicPicture(heicFile({ tiles: [card] }), Limits.parse({})).tiles;
    return tile ? unitsOf(tile) : [];
  };

  it("is bounded", async () => {
    const decoder = await hevcDecoder(2 ** 25);
    expect(() => decoder.decode([...units(), Buffer.alloc(2 ** 26, 1)], () => 0)).toThrow(HevcError);
  });

  it("is not shared by two pictures", async () => {
    const [one, two] = [await hevcDecoder(2 ** 28), await hevcDecoder(2 ** 28)];
    const bufferOf = (decoder: typeof one) =>
      decoder.decode(units(), ({ planes }) => planes[0]?.samples.buffer);
    expect(bufferOf(one)).not.toBe(bufferOf(two));
  });
});
