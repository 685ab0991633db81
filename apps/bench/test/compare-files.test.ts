import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { compareFiles } from "../src/encoders/compare-files.ts";

const BOUNDS = { wallSeconds: 600, cpuSeconds: 600, memoryBytes: 2 ** 31 };
const still = () => new AbortController().signal;

function picture(size: number, background: string): Promise<Buffer> {
  return sharp({ create: { width: size, height: size, channels: 3, background } })
    .png()
    .toBuffer();
}

describe("the comparison of two files", () => {
  it("finds a picture alike to itself, and less alike to another", async () => {
    const [red, blue] = await Promise.all([picture(100, "#c33"), picture(100, "#36c")]);
    const compare = (made: Buffer) =>
      compareFiles({ original: red, made }, { bounds: BOUNDS, signal: still() });
    expect(await compare(red)).toEqual({ SSIM: 1, SSIMULACRA2: 100 });
    expect((await compare(blue)).SSIM).toBeLessThan(1);
  });

  it("has no scores of a picture that is too small for the metrics", async () => {
    const tiny = await picture(10, "#c33");
    const compared = compareFiles({ original: tiny, made: tiny }, { bounds: BOUNDS, signal: still() });
    expect(await compared).toEqual({});
  });

  it("has no scores when it takes more than the bounds allow", async () => {
    const large = await picture(1000, "#c33");
    const bounds = { ...BOUNDS, wallSeconds: 0.001 };
    expect(await compareFiles({ original: large, made: large }, { bounds, signal: still() })).toEqual({});
  });

  it("fails for a file that is no picture", async () => {
    const files = { original: Buffer.from("text"), made: Buffer.from("text") };
    await expect(compareFiles(files, { bounds: BOUNDS, signal: still() })).rejects.toThrow(
      /ended with exit code 1/,
    );
  });

  it("fails at once when it is aborted", async () => {
    const tiny = await picture(10, "#c33");
    const compared = compareFiles(
      { original: tiny, made: tiny },
      { bounds: BOUNDS, signal: AbortSignal.abort("gone") },
    );
    await expect(compared).rejects.toBe("gone");
  });
});
