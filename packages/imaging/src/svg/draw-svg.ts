import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { corruptImage } from "../image-rejection.ts";
import type { Pixels } from "../pixels.ts";
import type { Size } from "../size.ts";
import { rootOf, toSource } from "./clean-svg.ts";
import { naturalSize, viewBoxOf } from "./svg-size.ts";

type Renderer = typeof import("@resvg/resvg-wasm");

/** The font of every text, whatever family it names: as wide as Arial and Helvetica. */
const FAMILY = "Arimo";
const STYLES = ["400-normal", "400-italic", "700-normal", "700-italic"];
/** The parts of the font for Latin-1, and for all other scripts that it has. */
const PARTS = { usual: ["latin"], others: ["latin-ext", "cyrillic", "greek", "hebrew", "vietnamese"] };
/** The initial size of texts, and the pixels of an inch, in CSS. */
const FONT_PIXELS = 16;
const INCH_PIXELS = 96;

let compiled: WebAssembly.Module | undefined;

/**
 * Draws an SVG that `cleanSvg` returned, exactly at a size: the picture is stretched to it by less than a pixel. Each picture gets a
 * new instance of the renderer, which has no access to files or a network.
 *
 * @throws {ImageRejection} `CORRUPT_IMAGE`
 */
export async function drawSvg(file: Uint8Array, size: Size): Promise<Pixels> {
  const text = new TextDecoder().decode(file);
  const fontBuffers = await fontsFor(text);
  const { Resvg } = await newRenderer();
  try {
    const picture = new Resvg(atSize(text, size), {
      dpi: INCH_PIXELS,
      font: {
        fontBuffers,
        defaultFontSize: FONT_PIXELS,
        ...{ defaultFontFamily: FAMILY, serifFamily: FAMILY, sansSerifFamily: FAMILY },
        ...{ cursiveFamily: FAMILY, fantasyFamily: FAMILY, monospaceFamily: FAMILY },
      },
    });
    const { pixels } = picture.render();
    return toStraight(Buffer.from(pixels.buffer, pixels.byteOffset, pixels.length), size);
  } catch (cause) {
    // A text, or the end of the WebAssembly code.
    throw corruptImage("svg", "cannot be drawn", cause);
  }
}

/** Loads a renderer that no picture has used: its module has one instance, so that it is loaded again for each. */
async function newRenderer(): Promise<Renderer> {
  const require = createRequire(import.meta.filename);
  const path = require.resolve("@resvg/resvg-wasm");
  delete require.cache[path];
  const renderer: Renderer = require(path);
  compiled ??= new WebAssembly.Module(await readFile(require.resolve("@resvg/resvg-wasm/index_bg.wasm")));
  await renderer.initWasm(compiled);
  return renderer;
}

/** Returns the parts of the font that the texts need; a reference to a character may be one to any. */
async function fontsFor(text: string): Promise<Buffer[]> {
  if (!/<([^\s<>]*:)?text[\s/>]/.test(text)) return [];
  const isUsual = !/[^\0-\xff]|&#/.test(text);
  const parts = isUsual ? PARTS.usual : [...PARTS.usual, ...PARTS.others];
  const require = createRequire(import.meta.filename);
  const names = parts.flatMap((part) => STYLES.map((style) => `arimo-${part}-${style}.woff2`));
  return Promise.all(names.map((name) => readFile(require.resolve(`@fontsource/arimo/files/${name}`))));
}

/** Returns the document at another size. What is less than a pixel off its shape is stretched, so that no edge is left empty. */
function atSize(text: string, { width, height }: Size): string {
  const root = rootOf(text);
  const box = viewBoxOf(root.attributes) ?? { x: 0, y: 0, ...naturalSize(root.attributes) };
  const isOfShape =
    Math.abs(width - (height * box.width) / box.height) <= 1 ||
    Math.abs(height - (width * box.height) / box.width) <= 1;
  const set: Record<string, string> = {
    width: String(width),
    height: String(height),
    viewBox: `${box.x} ${box.y} ${box.width} ${box.height}`,
    ...(isOfShape && { preserveAspectRatio: "none" }),
    ...(root.name === "svg" && { xmlns: "http://www.w3.org/2000/svg" }),
  };
  const others = root.attributes.filter(({ name }) => !(name in set));
  const attributes = [...others, ...Object.entries(set).map(([name, value]) => ({ name, value }))];
  return toSource({ ...root, attributes }) + text.slice(root.source.length);
}

/** Returns pixels whose colours are not multiplied by their opacity; without opacity if all are opaque. */
function toStraight(data: Buffer, size: Size): Pixels {
  let isOpaque = true;
  for (let at = 0; at < data.length; at += 4) {
    const alpha = data[at + 3] ?? 0;
    if (alpha === 255) continue;
    isOpaque = false;
    if (alpha === 0) continue;
    for (let channel = at; channel < at + 3; channel++)
      data[channel] = Math.min(255, Math.round((255 * (data[channel] ?? 0)) / alpha));
  }
  return { data: isOpaque ? withoutOpacity(data) : data, ...size, channels: isOpaque ? 3 : 4 };
}

function withoutOpacity(data: Buffer): Buffer {
  const colours = Buffer.alloc((data.length / 4) * 3);
  for (let from = 0, to = 0; from < data.length; from += 4, to += 3) {
    colours[to] = data[from] ?? 0;
    colours[to + 1] = data[from + 1] ?? 0;
    colours[to + 2] = data[from + 2] ?? 0;
  }
  return colours;
}
