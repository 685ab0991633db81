import { toPlainText } from "@image-pipeline/schema/plain-text";
import { thumbHashToDataURL } from "thumbhash";
import { toSize } from "../terminal/units.ts";
import type { RenderedFile, Written } from "./render-file.ts";

const STYLE = `
body { font: 14px/1.4 system-ui, sans-serif; margin: 2rem; background: #f4f4f2; color: #222 }
h2 { margin: 2.5rem 0 .2rem }
.facts { color: #555; margin: 0 0 1rem }
.facts i { display: inline-block; width: 1em; height: 1em; vertical-align: -.15em; border: 1px solid #0003 }
.row { display: flex; flex-wrap: wrap; gap: 1rem; align-items: flex-end }
figure { margin: 0; max-width: min(640px, 90vw) }
img { display: block; max-width: 100%; height: auto; background: repeating-conic-gradient(#ddd 0 25%, #fff 0 50%) 0/16px 16px }
figcaption { font-size: 12px; color: #555; margin-top: .3rem }`;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** An HTML page with every rendition, and the placeholder at the size of the first beside it. */
export function contactSheet(files: readonly RenderedFile[]): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="script-src 'none'; object-src 'none'; base-uri 'none'">
<title>Contact sheet</title>
<style>${STYLE}
</style>
${files.map(section).join("\n")}
</html>
`;
}

function section({ name, bytes, facts, renditions }: RenderedFile): string {
  const camera = [facts.exif.make, facts.exif.model, facts.exif.lens]
    .filter((text) => text !== undefined)
    .join(", ");
  const details = [
    `${facts.format}, ${facts.width} × ${facts.height}, ${toSize(bytes)}`,
    facts.colourProfile ?? facts.colourSpace,
    ...(facts.pages > 1 ? [`${facts.pages} frames`] : []),
    ...(camera === "" ? [] : [camera]),
  ];
  const colour = `<i style="background: ${facts.dominantColour}"></i> ${facts.dominantColour}`;
  return `<h2>${toText(name)}</h2>
<p class="facts">${details.map(toText).join(" · ")} · ${colour}</p>
<div class="row">
${[placeholder(facts.thumbhash, renditions), ...renditions.map(figure)].join("\n")}
</div>`;
}

function placeholder(thumbhash: string, [first]: readonly Written[]): string {
  const { width, height } = first ?? { width: 100, height: 100 };
  const url = thumbHashToDataURL(Buffer.from(thumbhash, "base64"));
  const caption = `placeholder, ${Buffer.from(thumbhash, "base64").length} bytes`;
  return `<figure><img src="${url}" width="${Math.min(width, 320)}" height="${Math.round((Math.min(width, 320) * height) / width)}" alt=""><figcaption>${caption}</figcaption></figure>`;
}

function figure({ path, preset, format, width, height, bytes, milliseconds }: Written): string {
  const caption = `${preset}, ${format}: ${width} × ${height}, ${toSize(bytes)}, ${milliseconds.toFixed(0)} ms`;
  const source = path.toWellFormed().split("/").map(encodeURIComponent).join("/");
  return `<figure><img src="${source}" width="${width}" height="${height}" loading="lazy" alt=""><figcaption>${toText(caption)}</figcaption></figure>`;
}

/** Returns text as it may stand in HTML, between tags or in quotes. */
function toText(text: string): string {
  return toPlainText(text).replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
