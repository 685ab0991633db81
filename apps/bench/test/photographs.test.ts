import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserFault } from "@image-pipeline/schema/user-fault";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { benchEngine } from "../src/bench-engine.ts";
import { megapixels, photographs, photographsForAll } from "../src/photographs.ts";
import { toWideGamut } from "../src/wide-gamut.ts";

/** The beginning of a HEIC: its format is told by this box. */
const HEIC = Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic", "latin1");

describe("photographs", () => {
  it("are the samples without a folder", async () => {
    const samples = photographs(undefined);
    expect(samples).toHaveLength(4);
    for (const size of await megapixels(samples)) expect(size).toBeGreaterThan(0.3);
  });

  it("of a folder are the files in an accepted format, whatever their names, and no others", async () => {
    const folder = await mkdtemp(join(tmpdir(), "bench-"));
    const gif = await sharp({ create: { width: 8, height: 8, channels: 3, background: "red" } })
      .gif()
      .toBuffer();
    await writeFile(join(folder, "without-extension"), gif);
    await writeFile(join(folder, "text.jpg"), "no picture");
    await mkdir(join(folder, "folder.png"));
    expect(photographs(folder).map(({ name }) => name)).toEqual(["without-extension"]);
    await rm(folder, { recursive: true });
  });

  it("of a folder may be links, and HEIC, which other programs do not read", async () => {
    const folder = await mkdtemp(join(tmpdir(), "bench-"));
    await writeFile(join(folder, "phone.heic"), HEIC);
    expect(() => photographsForAll(folder)).toThrow(/holds only HEIC/);
    const engine = benchEngine({ photos: folder, rounds: 1, shipped: {} });
    await expect(engine).rejects.toThrow(UserFault);
    const [sample] = photographs(undefined);
    await symlink(sample?.path ?? "", join(folder, "link.jpg"));
    expect(photographs(folder).map(({ name }) => name)).toEqual(["link.jpg", "phone.heic"]);
    expect(photographsForAll(folder).map(({ name }) => name)).toEqual(["link.jpg"]);
    await rm(folder, { recursive: true });
  });

  it("of a folder without pictures, or of none, are asked for in one line", async () => {
    const folder = await mkdtemp(join(tmpdir(), "bench-"));
    expect(() => photographs(folder)).toThrow(/holds no picture/);
    await rm(folder, { recursive: true });
    expect(() => photographs(folder)).toThrow(UserFault);
  });
});

it.each([false, true])(
  "a photograph is tagged with Display P3, its pixels unchanged (a profile before: %j)",
  async (hasOwn) => {
    const picture = sharp({ create: { width: 16, height: 16, channels: 3, background: "#c86432" } });
    const plain = await (hasOwn ? picture.withIccProfile("srgb") : picture).jpeg().toBuffer();
    const [tagged] = await toWideGamut([{ name: "a.jpg", path: "", data: plain }]);
    const data = tagged?.data ?? Buffer.of();
    expect((await sharp(data).metadata()).icc?.length).toBe(480);
    const [before, after] = await Promise.all(
      [plain, data].map((file) => sharp(file, { ignoreIcc: true }).raw().toBuffer()),
    );
    expect(after).toEqual(before);
  },
);
