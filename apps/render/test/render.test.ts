import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Limits, Presets } from "@image-pipeline/schema/config";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { toOptions } from "../src/options.ts";
import { run } from "../src/run.ts";
import { UserFault } from "../src/user-fault.ts";

const CONFIG = {
  presets: Presets.parse({
    thumb: { width: 32, height: 32, fit: "cover", formats: ["webp", "jpeg"] },
    large: { width: 200, formats: ["webp"] },
  }),
  limits: Limits.parse({}),
};

describe("render", () => {
  let folder: string;
  let said: { printed: string; complained: string };
  const output = {
    print: (text: string) => {
      said.printed += text;
    },
    complain: (text: string) => {
      said.complained += text;
    },
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "render-"));
    said = { printed: "", complained: "" };
    const picture = sharp({ create: { width: 120, height: 80, channels: 3, background: "#c86432" } });
    await writeFile(join(folder, "a & b.png"), await picture.png().toBuffer());
    await writeFile(join(folder, "fake.jpg"), "<svg/>");
  });
  afterEach(() => rm(folder, { recursive: true }));

  const options = (...args: string[]) => toOptions([...args, "--out", join(folder, "out")]);

  it("writes every rendition and a table of them", async () => {
    expect(await run(options(join(folder, "a & b.png")), CONFIG, output)).toBe(0);
    expect((await readdir(join(folder, "out/a & b"))).sort()).toEqual([
      "large.webp",
      "thumb.jpg",
      "thumb.webp",
    ]);
    expect(said.printed).toMatch(/^a & b\.png: png, 120 x 80/);
    expect(said.printed).toMatch(/thumb +jpeg +32 x 32 +1 +\d+ +\d[\d.]* % +\d+ ms/);
  });

  it("renders one preset alone", async () => {
    await run(options(join(folder, "a & b.png"), "--preset", "large"), CONFIG, output);
    expect(await readdir(join(folder, "out/a & b"))).toEqual(["large.webp"]);
  });

  it("writes a sheet that shows each rendition and the placeholder, names escaped", async () => {
    await run(options(join(folder, "a & b.png"), "--sheet"), CONFIG, output);
    const sheet = await readFile(join(folder, "out/index.html"), "utf8");
    expect(sheet).toContain("<h2>a &amp; b.png</h2>");
    expect(sheet).toContain('src="a%20%26%20b/thumb.webp"');
    expect(sheet).toContain('src="data:image/png;base64,');
    expect(sheet.match(/<figure>/g)).toHaveLength(4);
  });

  it("keeps files of one name apart", async () => {
    const file = join(folder, "a & b.png");
    await run(options(file, file), CONFIG, output);
    expect((await readdir(join(folder, "out"))).sort()).toEqual(["a & b", "a & b-2"]);
  });

  it("goes on after a picture that is rejected, says why, and ends with 1", async () => {
    expect(await run(options(join(folder, "fake.jpg"), join(folder, "a & b.png")), CONFIG, output)).toBe(1);
    expect(said.complained).toMatch(/fake\.jpg: UNSUPPORTED_FORMAT: SVG/);
    expect(said.printed).toContain("a & b.png");
  });

  it.each([
    [["x.png"], /--out DIR is missing/],
    [["--out", "y"], /no file was given/],
    [["x.png", "--out", "y", "--size", "3"], /Unknown option '--size'/],
  ])("refuses %j with a line that says what is wrong", (args, message) => {
    expect(() => toOptions(args)).toThrow(UserFault);
    expect(() => toOptions(args)).toThrow(message);
  });

  it("names the presets there are when asked for another, and a file that is not there", async () => {
    await expect(run(options("x.png", "--preset", "huge"), CONFIG, output)).rejects.toThrow(
      /it has thumb, large/,
    );
    await expect(run(options(join(folder, "none.png")), CONFIG, output)).rejects.toThrow(
      /none\.png cannot be read \(ENOENT\)/,
    );
  });
});
