import { createHash } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll } from "vitest";
import { tinyFont } from "./tiny-font.ts";

/** Two logos: a red square, and a blue bar whose right half is transparent. */
export const LOGOS = {
  "red.png": await square("#ff0000", 60, 60),
  "blue.png": await sharp(await square("#0000ff", 40, 20))
    .extend({ right: 40, background: "#00000000" })
    .png()
    .toBuffer(),
};

/** Two fonts with other letters. */
const FONTS = { "Tiny-Bold.ttf": tinyFont(), "double.ttf": tinyFont(2) };

/** Hashes of the logos, as the config's loader sets them. */
export const LOGO_HASHES = { "red.png": hashOf(LOGOS["red.png"]), "blue.png": hashOf(LOGOS["blue.png"]) };

/** Hashes of the fonts, as the config's loader sets them. */
export const FONT_HASHES = {
  "Tiny-Bold.ttf": hashOf(FONTS["Tiny-Bold.ttf"]),
  "double.ttf": hashOf(FONTS["double.ttf"]),
};

/** One folder for all test files of a process, which reads the places of its fonts once. */
const folder = join(tmpdir(), `config & <files> ${process.pid}`);

/** Puts the logos and fonts into a folder that the engine takes for the config's, for the tests of one file. */
export function useConfigFiles(): void {
  beforeAll(() => {
    for (const [kind, files] of Object.entries({ logos: LOGOS, fonts: FONTS })) {
      mkdirSync(join(folder, kind), { recursive: true });
      for (const [name, file] of Object.entries(files)) writeFileSync(join(folder, kind, name), file);
    }
    process.env.CONFIG_FILE_PARENT = folder;
  });
  afterAll(() => {
    delete process.env.CONFIG_FILE_PARENT;
    rmSync(folder, { recursive: true });
  });
}

function hashOf(file: Buffer): string {
  return createHash("sha256").update(file).digest("hex").slice(0, 32);
}

function square(background: string, width: number, height: number): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 4, background } })
    .png()
    .toBuffer();
}
