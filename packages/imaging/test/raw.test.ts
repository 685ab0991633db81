import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { findPreview } from "../src/formats/raw-preview.ts";
import { cr3, rawTiff } from "./pictures/raw-files.ts";
import { readPixels } from "./pictures/read-pixels.ts";
import { render } from "./render.ts";

const LIMITS = { inputs: ["raw" as const] };

/** A JPEG whose left half is red and whose right half is blue. */
function picture(width: number, height: number): Promise<Buffer> {
  const half = { create: { width: width / 2, height, channels: 3 as const, background: "#0000ff" } };
  return sharp({ create: { width, height, channels: 3, background: "#ff0000" } })
    .composite([{ input: half, left: width / 2, top: 0 }])
    .jpeg()
    .toBuffer();
}
const [large, small] = [await picture(160, 120), await picture(32, 24)];
/** The raw data of some cameras: a lossless JPEG, which no browser shows. */
const LOSSLESS = Buffer.from(large);
LOSSLESS.writeUInt8(0xc3, LOSSLESS.indexOf(Buffer.from([0xff, 0xc0])) + 1);

const files = (orientation: number) => {
  const turned = [274, 3, [orientation]] as const;
  return {
    "a CR2, of which the first directory has a strip": rawTiff({
      ...{ mark: "CR\x02\0", fields: [turned], first: large, second: small, inStrips: true },
    }),
    "a NEF, with JPEGs below the first directory": rawTiff({
      ...{ isBigEndian: true, fields: [[254, 4, [1]], turned], below: [small, large] },
    }),
    "an ARW, with a JPEG in the first directory": rawTiff({
      ...{ fields: [[254, 4, [1]], turned], first: large, second: small, below: [LOSSLESS] },
    }),
    "a DNG, with lossless raw data": rawTiff({
      fields: [[254, 4, [1]], turned, [0xc612, 4, [0x401]]],
      below: [LOSSLESS, large],
    }),
    "a CR3": cr3(large, orientation),
  };
};

describe.each(Object.keys(files(1)))("%s", (name) => {
  const file = (orientation: number) => new Map(Object.entries(files(orientation))).get(name) ?? Buffer.of();

  it("is rendered from its largest JPEG, as it is turned", async () => {
    const { facts, renditions } = await render(file(8), { one: { width: 60, formats: ["png"] } }, LIMITS);
    expect(facts).toMatchObject({ format: "raw", width: 120, height: 160 });
    const { at } = await readPixels(renditions[0]?.data ?? Buffer.of());
    expect([at(30, 5)[2], at(30, 75)[0]].every((value) => (value ?? 0) > 240)).toBe(true);
  });

  it("is refused by default, in words that name the setting", async () => {
    await expect(render(file(1), { one: { width: 60, formats: ["png"] } })).rejects.toMatchObject({
      reason: "UNSUPPORTED_FORMAT",
      message: expect.stringContaining("Camera raw is switched off in this pipeline (limits.inputs)"),
    });
  });

  it("is not read without end when it is damaged", () => {
    const source = file(1);
    for (let at = 0; at < source.length; at += 7) {
      const damaged = Buffer.from(source);
      damaged[at] = 255 - (damaged[at] ?? 0);
      try {
        findPreview(damaged);
      } catch (error) {
        expect(error).toMatchObject({ reason: "CORRUPT_IMAGE" });
      }
    }
  });
});

it.each([
  ["no JPEG", rawTiff({ mark: "CR\x02\0", fields: [[254, 4, [1]]] })],
  ["only a lossless JPEG", rawTiff({ mark: "CR\x02\0", fields: [], first: LOSSLESS })],
  ["a directory that contains itself", rawTiff({ mark: "CR\x02\0", fields: [[330, 4, [16]]] })],
])("rejects a raw file with %s as CORRUPT_IMAGE", async (_, file) => {
  await expect(render(file, { one: { width: 60, formats: ["png"] } }, LIMITS)).rejects.toMatchObject({
    reason: "CORRUPT_IMAGE",
  });
});
