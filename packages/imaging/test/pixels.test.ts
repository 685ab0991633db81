import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { release } from "../src/pixels.ts";

describe("releasing the memory of samples", () => {
  it.each<[string, () => Promise<Uint8Array | Uint16Array>]>([
    ["bytes", async () => new Uint8Array(1000)],
    ["samples of 16 bits", async () => new Uint16Array(1000)],
    [
      "pixels from libvips",
      () =>
        sharp({ create: { width: 20, height: 20, channels: 3, background: "red" } })
          .raw()
          .toBuffer(),
    ],
  ])("frees %s at once, and a second time changes nothing", async (_name, make) => {
    const samples = await make();
    release(samples);
    release(samples);
    expect(samples).toHaveLength(0);
  });

  it("leaves a part of a buffer that others use too", () => {
    const whole = new Uint8Array(1000);
    release(whole.subarray(0, 500));
    expect(whole).toHaveLength(1000);
  });
});
