import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { assertNamed, assertSafe } from "../src/engine.ts";
import { ENGINE } from "../src/engine-versions.ts";
import { scene } from "./pictures/scene.ts";

describe("the engine", () => {
  it("has the versions that decide the pixels", () => {
    expect(ENGINE).toEqual({
      sharp: sharp.versions.sharp,
      libvips: sharp.versions.vips,
      revision: expect.stringMatching(/^\d+$/),
    });
  });

  it("refuses other versions than the recipe's hash contains", () => {
    expect(() => assertNamed({ sharp: ENGINE.sharp, libvips: "8.18.99" })).toThrow(/engine-versions\.ts/);
  });

  it.each(["8.18.3", "8.18.10", "8.19.0", "9.0.0"])("accepts libvips %s", (version) => {
    expect(assertSafe(version)).toBe(version);
  });

  it.each(["8.18.2", "8.9.9", "7.42.3"])("refuses libvips %s", (version) => {
    expect(() => assertSafe(version)).toThrow(/8\.18\.3 or newer/);
  });

  it("has no decoder for formats outside the allow-list, or for files on disk", async () => {
    await expect(
      sharp(Buffer.from("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>")).metadata(),
    ).rejects.toThrow();
    await expect(sharp(import.meta.filename).metadata()).rejects.toThrow();
    await expect(scene(9, 9).png().toBuffer()).resolves.toBeInstanceOf(Buffer);
  });
});
