import { readFileSync } from "node:fs";
import { Limits, Presets } from "@image-pipeline/schema/config";
import { afterEach, describe, expect, it, vi } from "vitest";
import { engineProcess, startChild } from "../src/index.ts";
import { tallJpeg } from "./tall-jpeg.ts";

const MEBIBYTE = 2 ** 20;
const MOST_MEBIBYTES = 512;
const PRESETS = Presets.parse({
  thumb: { width: 160, height: 160, fit: "cover", formats: ["avif", "jpeg"] },
  large: { width: 2048, formats: ["avif", "webp", "jpeg"] },
});
/** On a busy machine the time of a picture may be used up; the memory is what counts here. */
const LIMITS = Limits.parse({ maxRenderSeconds: 300 });
/** A second picture's directory, which most phones write and no rendition needs: the file is copied without it. */
const DIRECTORY = Buffer.from([0xff, 0xe2, 0, 8, ...Buffer.from("MPF\0"), 0, 0]);

/** The functions' value, which their child inherits. */
const MALLOC_ARENA_MAX = "2";

let child: ReturnType<typeof startChild> | undefined;
afterEach(() => {
  child?.kill();
  vi.unstubAllEnvs();
});

describe("the child process stays below 512 MiB for", () => {
  it.each([
    {
      name: "a JPEG of 200 megapixels and nearly 100 MiB, of which parts are left out",
      size: { width: 16_320, height: 12_240 },
      options: { quality: 66 },
      leastMebibytes: 85,
      hasDirectory: true,
    },
    {
      name: "a JPEG of 108 megapixels and nearly 100 MiB",
      size: { width: 12_000, height: 9008 },
      options: { quality: 91 },
      leastMebibytes: 85,
    },
    {
      name: "a JPEG of 108 megapixels in several scans and more than 48 MiB",
      size: { width: 12_000, height: 9008 },
      options: { quality: 75, progressive: true },
      leastMebibytes: 48,
    },
  ])("$name", async ({ size, options, leastMebibytes, hasDirectory = false }) => {
    const made = await tallJpeg(size, options);
    const source = hasDirectory ? Buffer.concat([made.subarray(0, 2), DIRECTORY, made.subarray(2)]) : made;
    expect(source.length / MEBIBYTE).toBeGreaterThan(leastMebibytes);
    vi.stubEnv("MALLOC_ARENA_MAX", MALLOC_ARENA_MAX);
    const started = startChild();
    child = started;
    const formats: string[] = [];
    const engine = engineProcess(() => started);
    const facts = await engine.render(source, { presets: PRESETS, limits: LIMITS }, ({ format }) => {
      formats.push(format);
    });
    expect(facts).toMatchObject(size);
    expect(formats).toHaveLength(5);
    expect(peakMebibytes(started.pid)).toBeLessThan(MOST_MEBIBYTES);
  });
});

it("rejects a JPEG in several scans whose file leaves too little memory for its pixels", async () => {
  const made = await tallJpeg({ width: 12_000, height: 9008 }, { quality: 60, progressive: true });
  const source = Buffer.concat([made.subarray(0, 2), DIRECTORY, made.subarray(2)]);
  child = startChild();
  const rendered = child.run(
    source,
    { work: "render", presets: PRESETS, limits: LIMITS },
    { bounds: { wallSeconds: 300, cpuSeconds: 300, memoryBytes: 2 ** 30 }, emit: () => {} },
  );
  await expect(rendered).rejects.toMatchObject({ reason: "TOO_MANY_PIXELS" });
});

function peakMebibytes(pid: number): number {
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1")) ?? [];
  return Number(kibibytes) / 1024;
}
