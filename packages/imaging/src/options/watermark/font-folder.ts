import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { ConfigFileError } from "../config-file.ts";

/** The fonts that this process can use, by their paths; undefined before the first text. */
let shown: ReadonlySet<string> | undefined;

/**
 * Lets the fonts beside a file, each by its file's name, be the only ones that this process can use: those of the machine would
 * make other letters here than on Lambda, which has none. fontconfig reads its configuration once, before the first text.
 *
 * @returns a function to call after the first text
 * @throws {ConfigFileError} for a font that was not there then
 */
export function showFontsBeside(path: string): () => void {
  if (shown?.has(path)) return () => {};
  if (shown)
    throw new ConfigFileError(`${basename(path)} was added after this process started: start it again`);
  const folder = dirname(path);
  const names = readdirSync(folder).filter(isFont);
  shown = new Set(names.map((name) => join(folder, name)));
  const place = mkdtempSync(join(tmpdir(), "image-fonts-"));
  const file = join(place, "fonts.conf");
  const rules = names.map((name) => toRule(join(folder, name), name));
  writeFileSync(file, `<?xml version="1.0"?><fontconfig>${rules.join("")}</fontconfig>`);
  process.env.FONTCONFIG_FILE = file;
  return () => rmSync(place, { recursive: true, force: true });
}

function isFont(name: string): boolean {
  return /^[\w.-]+\.(ttf|otf)$/.test(name);
}

/** Returns fontconfig's rule that names a font by its file: two fonts may give themselves the same name. */
function toRule(path: string, name: string): string {
  const isFile = `<test name="file"><string>${escapeXml(path)}</string></test>`;
  const named = `<edit name="family" mode="assign"><string>${name}</string></edit>`;
  return `<match target="scan">${isFile}${named}</match>`;
}

/** Returns a text as XML, and as Pango's markup. */
export function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
