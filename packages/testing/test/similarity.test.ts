import { describe, expect, it } from "vitest";
import { lanczos, ssim, toLuma } from "../src/similarity/index.ts";

const SIZE = { width: 64, height: 48 };

function picture(valueAt: (x: number, y: number) => number) {
  const values = Array.from({ length: SIZE.width * SIZE.height }, (_, at) =>
    valueAt(at % SIZE.width, Math.floor(at / SIZE.width)),
  );
  return toLuma(Buffer.from(values.flatMap((value) => [value, value, value])), SIZE);
}

const texture = picture((x, y) => (x * 7 + y * 13) % 200);

describe("ssim", () => {
  it("is 1 for a picture and itself", () => {
    expect(ssim(texture, texture)).toBeCloseTo(1, 10);
  });

  it("falls as more noise is added", () => {
    const noisy = (level: number) =>
      picture((x, y) => ((x * 7 + y * 13) % 200) + (((x * 31 + y * 17) % 5) - 2) * level);
    expect(ssim(texture, noisy(2))).toBeLessThan(1);
    expect(ssim(texture, noisy(10))).toBeLessThan(ssim(texture, noisy(2)));
  });

  it("hardly minds a change of brightness, but a loss of structure", () => {
    const brighter = picture((x, y) => ((x * 7 + y * 13) % 200) + 10);
    const flat = picture(() => 100);
    expect(ssim(texture, brighter)).toBeGreaterThan(0.9);
    expect(ssim(texture, flat)).toBeLessThan(0.1);
  });
});

describe("lanczos", () => {
  it("leaves a picture of the size asked for as it is", () => {
    const same = lanczos(texture, SIZE);
    expect(same.values.every((value, at) => Math.abs(value - (texture.values[at] ?? 0)) < 1e-9)).toBe(true);
  });

  it("keeps a flat picture flat at any size", () => {
    const resized = lanczos(
      picture(() => 77),
      { width: 23, height: 11 },
    );
    expect(resized.values).toHaveLength(23 * 11);
    expect(resized.values.every((value) => Math.abs(value - 77) < 1e-9)).toBe(true);
  });

  it("keeps a ramp a ramp", () => {
    const { values } = lanczos(
      picture((x) => 3 * x),
      { width: 32, height: 24 },
    );
    expect(values[10 * 32 + 16]).toBeCloseTo(3 * 32.5, 0);
  });
});
