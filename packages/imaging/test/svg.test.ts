import { gzipSync } from "node:zlib";
import { Limits } from "@image-pipeline/schema/config";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { type EncodedRendition, renderForAnalysis } from "../src/index.ts";
import { readPixels } from "./pictures/read-pixels.ts";
import { scene } from "./pictures/scene.ts";
import { svgFile } from "./pictures/svg-file.ts";
import { render, renderOne } from "./render.ts";

const LIMITS = { inputs: ["svg" as const] };
const PNG = { one: { width: 64, formats: ["png" as const] } };
const [RED, BLUE, CLEAR] = [
  [255, 0, 0, 255],
  [0, 0, 255, 255],
  [0, 0, 0, 0],
];
const SQUARE = '<path fill="red" d="M10 10h20v20h-20z"/>';

async function draw(source: Buffer, width = 64) {
  const { data } = await renderOne(source, { width }, LIMITS);
  return readPixels(data);
}

async function pixelsOf(content: string): Promise<string> {
  const { data } = await renderOne(svgFile(content, 'width="200" height="40"'), { width: 200 }, LIMITS);
  return (await sharp(data).raw().toBuffer()).toString("base64");
}

describe("an SVG", () => {
  it("is drawn with its shapes, its styles and its transparency, and named in the facts", async () => {
    const style = "<style>.sea{fill:blue}</style>";
    const source = svgFile(`${style}${SQUARE}<rect class="sea" x="40" width="24" height="48" opacity=".5"/>`);
    const { facts, renditions } = await render(source, PNG, LIMITS);
    expect(facts).toMatchObject({ format: "svg", width: 64, height: 48, hasAlpha: true, bitDepth: 8 });
    const { at } = await readPixels(renditions[0]?.data ?? Buffer.of());
    expect([at(20, 20), at(5, 5), at(50, 20)]).toEqual([RED, CLEAR, [0, 0, 255, 128]]);
  });

  it("is drawn with the gradients, clips and masks that Illustrator gives to its classes", async () => {
    const source = svgFile(`<defs><style>.cls-1, .cls-2 { fill: none; } .cls-1 { fill: url(#g); }
        .cls-2 { clip-path: url(#clippath); } .cls-3{mask:url(#mask)}</style>
      <linearGradient id="g"><stop stop-color="red"/></linearGradient>
      <clipPath id="clippath"><rect class="cls-4" width="32" height="48"/></clipPath>
      <mask id="mask"><rect width="64" height="24" fill="#fff"/></mask></defs>
      <g class="cls-2"><g class="cls-3"><rect class="cls-1" width="64" height="48"/></g></g>`);
    const { at } = await draw(source);
    expect([at(10, 10), at(50, 10), at(10, 40)]).toEqual([RED, CLEAR, CLEAR]);
  });

  it("is drawn with markers, a link to a part around it, and an animation of itself", async () => {
    const marker = '<marker id="m"><path d="M0 0h1"/></marker><style>path{marker-end:url(#m)}</style>';
    const link = `<g id="top"><a href="#top">${SQUARE}</a><animate href="#top"/></g>`;
    expect((await draw(svgFile(marker + link))).at(20, 20)).toEqual(RED);
  });

  it("has no transparency if its shapes cover it", async () => {
    const { facts } = await render(svgFile('<rect width="64" height="48"/>'), PNG, LIMITS);
    expect(facts).toMatchObject({ hasAlpha: false });
  });

  it("is refused by default, in words that name the setting", async () => {
    await expect(render(svgFile(SQUARE), PNG)).rejects.toMatchObject({
      reason: "UNSUPPORTED_FORMAT",
      message: expect.stringContaining("SVG is switched off in this pipeline (limits.inputs)"),
    });
  });

  it("is drawn at the size of the rendition, and not enlarged from its own", async () => {
    const icon = svgFile('<rect x="1" y="1" width="1" height="1"/>', 'width="3" height="3"');
    const { renditions } = await render(icon, { large: { width: 900, formats: ["png"] } }, LIMITS);
    const { at, ...size } = await readPixels(renditions[0]?.data ?? Buffer.of());
    expect(size).toMatchObject({ width: 900, height: 900 });
    expect([at(299, 450)[3], at(301, 450)[3], at(598, 450)[3], at(601, 450)[3]]).toEqual([0, 255, 255, 0]);
  });

  it.each([1600, 800, 100])("of millimetres fills a rendition of %d pixels to its edges", async (width) => {
    const page = '<rect width="85" height="110"/>';
    const { at, ...size } = await draw(
      svgFile(page, 'width="8.5mm" height="11mm" viewBox="0 0 85 110"'),
      width,
    );
    expect(size).toMatchObject({ width, height: Math.round((width * 110) / 85) });
    const middle = width / 2;
    expect([at(middle, 0)[3], at(middle, size.height - 1)[3], at(0, middle)[3]]).toEqual([255, 255, 255]);
    expect(at(width - 1, middle)[3]).toBe(255);
  });

  it("of any declared size is drawn within the pixels that the limits accept", async () => {
    const limits = { ...LIMITS, maxFramePixels: { svg: 10_000 } };
    const source = svgFile(SQUARE, 'width="40000" height="10000" viewBox="0 0 40 10"');
    const { facts, renditions } = await render(source, { one: { width: 2000, formats: ["png"] } }, limits);
    expect(facts).toMatchObject({ width: 40_000, height: 10_000 });
    expect(renditions[0]).toMatchObject({ width: 200, height: 50 });
  });

  it("keeps its colours in full resolution, as all graphics do", async () => {
    const { facts, renditions } = await render(
      svgFile(SQUARE),
      { one: { width: 64, formats: ["jpeg"] } },
      LIMITS,
    );
    expect(facts).toMatchObject({ isGraphic: true });
    expect(await sharp(renditions[0]?.data).metadata()).toMatchObject({ chromaSubsampling: "4:4:4" });
  });

  it("is cropped and padded as every picture", async () => {
    const source = svgFile(
      '<rect width="32" height="48" fill="red"/><rect x="32" width="32" height="48" fill="blue"/>',
    );
    const { data } = await renderOne(
      source,
      { width: 300, height: 100, fit: "contain", background: "#00ff00" },
      LIMITS,
    );
    const { at } = await readPixels(data);
    expect([at(5, 50), at(120, 50), at(180, 50)]).toEqual([[0, 255, 0, 255], RED, BLUE]);
  });

  it("is judged by the analysis on white and on black, at the size at which it may be shown", async () => {
    const pictures: EncodedRendition[] = [];
    const asked = { limits: Limits.parse(LIMITS), maxPictures: 4 };
    await renderForAnalysis(svgFile(SQUARE, 'width="64" height="64"'), asked, (one) => pictures.push(one));
    expect(pictures.map(({ width }) => width)).toEqual([1600, 1600]);
    const corners = await Promise.all(pictures.map(async ({ data }) => (await readPixels(data)).at(0, 0)));
    expect(corners.map(([red]) => red)).toEqual([255, 0]);
  });

  it("gives its rights from a packet of XMP to the facts", async () => {
    const rights = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:rights><rdf:Alt><rdf:li xml:lang="x-default">© Ada</rdf:li></rdf:Alt></dc:rights></rdf:Description></rdf:RDF></x:xmpmeta>`;
    const { facts } = await render(svgFile(`<metadata>${rights}</metadata>${SQUARE}`), PNG, LIMITS);
    expect(facts).toMatchObject({ copyright: "© Ada" });
  });
});

describe("the size of an SVG is that of CSS for an image:", () => {
  it.each([
    ["a number", 'width="100" height="50"', [100, 50]],
    ["a number before the box", 'width="100" height="50" viewBox="0 0 9 9"', [100, 50]],
    ["inches", 'width="1in" height="2in"', [96, 192]],
    ["millimetres", 'width="25.4mm" height="50.8mm"', [96, 192]],
    ["points", 'width="72pt" height="36pt"', [96, 48]],
    ["letters", 'width="2em" height="1rem"', [32, 16]],
    ["a style, which does not count", 'style="width:40px" width="100" height="50"', [100, 50]],
    ["a width and the box's shape", 'width="100" viewBox="0 0 400 100"', [100, 25]],
    ["a height and the box's shape", 'height="100" viewBox="0 0 400 100"', [400, 100]],
    ["a share, and the box's shape", 'width="100%" height="100%" viewBox="0 0 100 100"', [150, 150]],
    ["the box's shape", 'viewBox="0,0,4,1"', [300, 75]],
    ["a width alone", 'width="100"', [100, 150]],
    ["nothing", "", [300, 150]],
    ["less than a pixel", 'width="0.2" height="0.7"', [1, 1]],
    ["a line's", 'width="1000" height="1e-9"', [1000, 1]],
  ])("%s", async (_, attributes, [width, height]) => {
    const { facts } = await render(svgFile(SQUARE, attributes), PNG, LIMITS);
    expect(facts).toMatchObject({ width, height });
  });

  it.each([
    ["no width", 'width="0" height="9"', "CORRUPT_IMAGE"],
    ["next to no area", 'width="1e-200" height="1e-200"', "CORRUPT_IMAGE"],
    ["a side of kilometres", 'width="9e9" height="1"', "TOO_MANY_PIXELS"],
  ])("it is rejected with %s", async (_, attributes, reason) => {
    await expect(render(svgFile(SQUARE, attributes), PNG, LIMITS)).rejects.toMatchObject({ reason });
  });
});

describe("a file is an SVG", () => {
  const text = svgFile(SQUARE).toString();
  it.each([
    [
      "after a declaration, comments and a DOCTYPE",
      `<?xml version="1.0"?>\n<!-- <html> -->\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n${text}`,
    ],
    ["after a byte-order mark", `\ufeff${text}`],
    ["after a DOCTYPE with empty declarations", `<!DOCTYPE svg [ ]>${text}`],
    [
      "with a prefix",
      '<s:svg xmlns:s="http://www.w3.org/2000/svg" width="64" height="48"><s:path fill="red" d="M10 10h20v20h-20z"/></s:svg>',
    ],
    ["without a namespace", text.replace(/ xmlns[^ ]*/g, "")],
    ["after a comment of 20 kB", `<!--${"x".repeat(20_000)}-->${text}`],
  ])("%s", async (_, source) => {
    expect((await draw(Buffer.from(source))).at(20, 20)).toEqual(RED);
  });

  it.each([
    ["UTF-16", Buffer.from(`\ufeff<?xml version="1.0" encoding="UTF-16"?>${text}`, "utf16le")],
    ["ISO-8859-1", Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?><!-- \xe4 -->${text}`, "latin1")],
  ])("in %s", async (_, source) => {
    expect((await draw(source)).at(20, 20)).toEqual(RED);
  });

  it.each([
    ["cut short", text.slice(0, -3)],
    ["with tags that do not match", text.replace("</svg>", "</svh>")],
    ["with two elements", text + text],
    ["with bytes of no text", text.replace("red", "\xff\xfe")],
    ["with an unknown entity", text.replace("<path", "&nbsp;<path")],
  ])("and rejected as CORRUPT_IMAGE %s", async (_, source) => {
    await expect(render(Buffer.from(source, "latin1"), PNG, LIMITS)).rejects.toMatchObject({
      reason: "CORRUPT_IMAGE",
    });
  });

  it("but not if it is compressed: that is refused by name", async () => {
    await expect(render(gzipSync(svgFile(SQUARE)), PNG, LIMITS)).rejects.toMatchObject({
      reason: "UNSUPPORTED_FORMAT",
      message: expect.stringContaining("compressed SVG (.svgz)"),
    });
  });
});

describe("the texts of an SVG", () => {
  const text = (letters: string, style = "") =>
    `<text x="5" y="30" font-size="24" ${style}>${letters}</text>`;

  it("are drawn in the built-in font, with any family name", async () => {
    const usual = await pixelsOf(text("Hamburg"));
    expect(usual).not.toBe(await pixelsOf(""));
    for (const family of ["Arial", "DejaVu Sans", "serif", "monospace", "Comic Sans MS, cursive"])
      expect(await pixelsOf(text("Hamburg", `font-family="${family}"`))).toBe(usual);
  });

  it("are bold and italic", async () => {
    const styles = [
      "",
      'font-weight="bold"',
      'font-style="italic"',
      'font-weight="bold" font-style="italic"',
    ];
    const drawn = await Promise.all(styles.map((style) => pixelsOf(text("Hamburg", style))));
    expect(new Set(drawn).size).toBe(4);
  });

  it.each([
    ["an attribute", (css: string) => text("Hamburg", `style="${css}"`)],
    [
      "a style sheet",
      (css: string) => `<style>.a{fill:#000;${css}} .b{fill:red}</style>${text("Hamburg", 'class="a"')}`,
    ],
  ])("have the font of a shorthand in %s", async (_, write) => {
    const long = await pixelsOf(write("font-size:19px;font-weight:bold;font-style:italic"));
    expect(await pixelsOf(write("font: italic bold 19px/1.2 Arial, sans-serif"))).toBe(long);
    expect(await pixelsOf(write("font: inherit"))).not.toBe(long);
  });

  it("are drawn in Latin, Greek, Cyrillic, Hebrew and Vietnamese; letters that the font lacks are boxes", async () => {
    const letters = ["ř", "α", "Ж", "ש", "ệ", "&#8364;"];
    const drawn = await Promise.all([...letters, "日", "月"].map((letter) => pixelsOf(text(letter))));
    expect(new Set(drawn).size).toBe(letters.length + 1);
  });
});

describe("a picture in an SVG", () => {
  const href = (type: string, data: Buffer) => `data:image/${type};base64,${data.toString("base64")}`;
  const gif = scene(64, 48).gif().toBuffer();
  const image = (url: string) => `<image width="64" height="48" xlink:href="${url}"/>`;

  it.each(["png", "jpeg"] as const)("is drawn if it is a %s in the file itself", async (format) => {
    const blue = await sharp({ create: { width: 64, height: 48, channels: 3, background: "#0000ff" } })
      .toFormat(format)
      .toBuffer();
    const [red, , alpha] = (await draw(svgFile(image(href(format, blue))))).at(30, 20);
    expect([red, alpha]).toEqual([0, format === "png" ? 255 : 254]);
  });

  it("is drawn with white space in its data, as editors write it, and with characters by number", async () => {
    const data = (await scene(64, 48).png().toBuffer()).toString("base64");
    const spaced = data.replaceAll(/.{60}/g, "$&&#10;\n&#x20;").replace("A", "&#65;");
    expect((await draw(svgFile(image(`data:image/png;base64,${spaced}`)))).at(30, 20)[3]).toBe(255);
  });

  it.each([
    ["an SVG", () => href("svg+xml", svgFile('<rect width="64" height="48"/>'))],
    ["a GIF", async () => href("gif", await gif)],
    ["an SVG under a false name", () => href("png", svgFile('<rect width="64" height="48"/>'))],
    ["an SVG without a type", () => `data:,${encodeURIComponent(svgFile("<rect/>").toString())}`],
  ])("is left out if it is %s", async (_, url) => {
    expect((await draw(svgFile(image(await url())))).at(30, 20)).toEqual(CLEAR);
  });
});
