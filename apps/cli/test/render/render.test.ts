import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { definePipeline } from "@image-pipeline/schema/config";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { run } from "../run.ts";

const PIPELINES = definePipeline({
  presets: {
    thumb: { width: 32, height: 32, fit: "cover", formats: ["webp", "jpeg"] },
    large: { width: 200, formats: ["webp"] },
  },
  presetRules: [{ prefix: "banners/", presets: ["large"] }],
  environments: { dev: {}, prod: { presets: { hero: { width: 64, formats: ["webp"] } } } },
});

describe("render", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "render-"));
    const picture = sharp({ create: { width: 120, height: 80, channels: 3, background: "#c86432" } });
    await writeFile(join(folder, "a & b.png"), await picture.png().toBuffer());
    await writeFile(join(folder, "fake.jpg"), "<svg/>");
  });
  afterEach(() => rm(folder, { recursive: true }));

  const render = (...args: string[]) =>
    run(["render", ...args, "--out", join(folder, "out")], { pipelines: PIPELINES });

  it("writes every rendition and a table of them", async () => {
    const { code, out } = await render(join(folder, "a & b.png"));
    expect(code).toBe(0);
    expect((await readdir(join(folder, "out/a & b"))).sort()).toEqual([
      "large.webp",
      "thumb.jpg",
      "thumb.webp",
    ]);
    expect(out.join("\n")).toMatch(/^a & b\.png: png, 120 x 80/);
    expect(out.join("\n")).toMatch(/thumb +jpeg +32 x 32 +1 +[\d.]+ k?B +\d[\d.]* % +\d+ ms/);
  });

  it.each(["...png", "..png", "index.html.png"])(
    "writes only below --out for a file with the name %s",
    async (name) => {
      await cp(join(folder, "a & b.png"), join(folder, "in", name));
      const before = await readdir(folder);
      expect((await render(join(folder, "in", name), "--sheet")).code).toBe(0);
      expect(await readdir(folder)).toEqual([...before, "out"]);
      const written = await readdir(join(folder, "out"), { recursive: true });
      expect(written.filter((path) => path.endsWith("thumb.jpg"))).toHaveLength(1);
      expect(written).toContain("index.html");
    },
  );

  it("refuses to write through a link that leads out of --out", async () => {
    await mkdir(join(folder, "out"));
    await mkdir(join(folder, "elsewhere"));
    await symlink(join(folder, "elsewhere"), join(folder, "out/a & b"));
    const { code, error } = await render(join(folder, "a & b.png"));
    expect({ code, error }).toEqual({ code: 1, error: [expect.stringContaining("is not below")] });
    expect(await readdir(join(folder, "elsewhere"))).toEqual([]);
  });

  it("replaces a link in place of a rendition, and leaves the file that it leads to", async () => {
    await mkdir(join(folder, "out/a & b"), { recursive: true });
    await symlink(join(folder, "fake.jpg"), join(folder, "out/a & b/thumb.jpg"));
    expect((await render(join(folder, "a & b.png"))).code).toBe(0);
    expect(await readFile(join(folder, "fake.jpg"), "utf8")).toBe("<svg/>");
  });

  it("renders only one preset", async () => {
    await render(join(folder, "a & b.png"), "--preset", "large");
    expect(await readdir(join(folder, "out/a & b"))).toEqual(["large.webp"]);
  });

  it("renders only the presets of a key's rule", async () => {
    await render(join(folder, "a & b.png"), "--key", "banners/a.png");
    expect(await readdir(join(folder, "out/a & b"))).toEqual(["large.webp"]);
  });

  it("writes a sheet with each rendition and the placeholder, with escaped names", async () => {
    await render(join(folder, "a & b.png"), "--sheet");
    const sheet = await readFile(join(folder, "out/index.html"), "utf8");
    expect(sheet).toContain("<h2>a &amp; b.png</h2>");
    expect(sheet).toContain('src="a%20%26%20b/thumb.webp"');
    expect(sheet).toContain('src="data:image/png;base64,');
    expect(sheet.match(/<figure>/g)).toHaveLength(4);
  });

  it("keeps files with the same name apart", async () => {
    const file = join(folder, "a & b.png");
    await render(file, file);
    expect((await readdir(join(folder, "out"))).sort()).toEqual(["a & b", "a & b-2"]);
  });

  it("continues after a rejected image, reports the reason, and ends with 1", async () => {
    const { code, out, error } = await render(join(folder, "fake.jpg"), join(folder, "a & b.png"));
    expect(code).toBe(1);
    expect(error.join("\n")).toMatch(/fake\.jpg: UNSUPPORTED_FORMAT: SVG/);
    expect(out.join("\n")).toContain("a & b.png");
  });

  it("writes the facts and renditions of each file as JSON", async () => {
    const { json } = await render(join(folder, "a & b.png"), join(folder, "fake.jpg"), "--json");
    expect(json).toMatchObject([
      { name: "a & b.png", facts: { format: "png" }, renditions: [{ preset: "large" }, {}, {}] },
      { file: join(folder, "fake.jpg"), reason: "UNSUPPORTED_FORMAT" },
    ]);
  });

  it("renders with the presets of an environment", async () => {
    await render(join(folder, "a & b.png"), "--environment", "prod", "--preset", "hero");
    expect(await readdir(join(folder, "out/a & b"))).toEqual(["hero.webp"]);
  });

  it.each([
    [["render", "x.png"], /^render: required option '--out <dir>' not specified/],
    [["render", "--out", "y"], /^render: missing required argument 'files'/],
    [["render", "x.png", "--out", "y", "--size", "3"], /^render: unknown option '--size'/],
  ])("refuses %j with 2 and one line", async (argv, message) => {
    const { code, error } = await run(argv, { pipelines: PIPELINES });
    expect({ code, error }).toEqual({ code: 2, error: [expect.stringMatching(message)] });
  });

  it("suggests a preset for one that does not exist, and names a file that does not exist", async () => {
    const preset = await render("x.png", "--preset", "lagre");
    const file = await render(join(folder, "none.png"));
    expect([preset.code, file.code]).toEqual([2, 1]);
    expect(preset.error[0]).toContain('did you mean "large"? (there are thumb, large)');
    expect(file.error[0]).toMatch(/none\.png cannot be read \(ENOENT\)/);
  });
});
