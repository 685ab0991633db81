import { describe, expect, it } from "vitest";
import { heicFile, property } from "./pictures/heic-file.ts";
import { HEVC_STREAMS } from "./pictures/hevc-streams.ts";
import { BLUE, expectColours, GREEN, RED, type Rgb, renderQuarters, YELLOW } from "./pictures/quarters.ts";
import { colourDistance, readPixels } from "./pictures/read-pixels.ts";
import { scene } from "./pictures/scene.ts";
import { render } from "./render.ts";

const { card } = HEVC_STREAMS;

describe("the transforms of a HEIC picture are applied:", () => {
  it.each<[string, Buffer[], { width: number; height: number }, Rgb[]]>([
    ["a quarter anticlockwise", [property.rotate(90)], { width: 48, height: 64 }, [GREEN, YELLOW, RED, BLUE]],
    ["a half", [property.rotate(180)], { width: 64, height: 48 }, [YELLOW, BLUE, GREEN, RED]],
    ["a quarter clockwise", [property.rotate(270)], { width: 48, height: 64 }, [BLUE, RED, YELLOW, GREEN]],
    ["top and bottom exchanged", [property.mirror(0)], { width: 64, height: 48 }, [BLUE, YELLOW, RED, GREEN]],
    ["left and right exchanged", [property.mirror(1)], { width: 64, height: 48 }, [GREEN, RED, YELLOW, BLUE]],
    [
      "a mirror after a rotation",
      [property.rotate(90), property.mirror(1)],
      { width: 48, height: 64 },
      [YELLOW, GREEN, BLUE, RED],
    ],
    [
      "a crop, as an editor leaves it",
      [property.crop(32, 24, -32, -24)],
      { width: 32, height: 24 },
      [RED, RED, RED, RED],
    ],
    [
      "a crop before a rotation",
      [property.crop(64, 24, 0, 24), property.rotate(90)],
      { width: 24, height: 64 },
      [YELLOW, YELLOW, BLUE, BLUE],
    ],
    [
      "a crop after a rotation",
      [property.rotate(90), property.crop(24, 64, -24, 0)],
      { width: 24, height: 64 },
      [GREEN, GREEN, RED, RED],
    ],
    [
      "crops before and after turns",
      [property.crop(64, 24, 0, 24), property.rotate(270), property.mirror(0), property.crop(24, 32, 0, -32)],
      { width: 24, height: 32 },
      [YELLOW, YELLOW, YELLOW, YELLOW],
    ],
  ])("%s", async (_name, properties, size, colours) => {
    const { facts, quarters } = await renderQuarters(heicFile({ tiles: [card], properties }));
    expect(facts).toMatchObject(size);
    expectColours(quarters, colours);
  });

  it.each([0, 90, 180, 270])(
    "a crop after a rotation by %i and a mirror shows the same as one of all pixels",
    async (angle) => {
      const turns = [property.rotate(angle), property.mirror(angle % 180 === 0 ? 1 : 0)];
      const one = { width: 4000, formats: ["png" as const] };
      const pixelsOf = async (properties: Buffer[]) =>
        readPixels(
          (await render(heicFile({ tiles: [card], properties }), { one })).renditions[0]?.data ?? Buffer.of(),
        );
      const [whole, part] = [
        await pixelsOf(turns),
        await pixelsOf([...turns, property.crop(20, 14, 6, -10)]),
      ];
      const [left, top] = [Math.round(whole.width / 2 + 3 - 10), Math.round(whole.height / 2 - 5 - 7)];
      for (const [x, y] of [
        [0, 0],
        [19, 0],
        [0, 13],
        [19, 13],
        [9, 6],
      ] as const)
        expect(colourDistance(part.at(x, y), whole.at(left + x, top + y))).toBeLessThan(3);
    },
  );

  it("the orientation of its EXIF is not, and its other EXIF values are facts", async () => {
    const jpeg = await scene(8, 8)
      .jpeg()
      .withExif({ IFD0: { Make: "Acme", Orientation: "6" } })
      .toBuffer();
    const exif = jpeg.subarray(
      jpeg.indexOf("Exif\0\0", 0, "latin1"),
      jpeg.indexOf("Exif\0\0", 0, "latin1") + 200,
    );
    const { facts, quarters } = await renderQuarters(heicFile({ tiles: [card], exif }));
    expect(facts).toMatchObject({ width: 64, height: 48, exif: { make: "Acme" } });
    expectColours(quarters, [RED, GREEN, BLUE, YELLOW]);
  });

  it("a crop beyond its edges rejects it", async () => {
    const source = heicFile({ tiles: [card], properties: [property.crop(65, 24, 0, 0)] });
    const rendering = render(source, { one: { width: 40, formats: ["png"] } });
    await expect(rendering).rejects.toMatchObject({ reason: "CORRUPT_IMAGE" });
  });
});
