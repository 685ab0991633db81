import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll } from "vitest";

/** Two logos: a red square, and a blue bar whose right half is transparent. */
export const LOGOS = {
  "red.png": await square("#ff0000", 60, 60),
  "blue.png": await sharp(await square("#0000ff", 40, 20))
    .extend({ right: 40, background: "#00000000" })
    .png()
    .toBuffer(),
};

/** Hashes of the logos, as the config's loader sets them. */
export const LOGO_HASHES = { "red.png": hashOf(LOGOS["red.png"]), "blue.png": hashOf(LOGOS["blue.png"]) };

/** Puts the logos into a folder that the engine finds, for the tests of one file. */
export function useLogos(): void {
  const folder = mkdtempSync(join(tmpdir(), "logos-"));
  beforeAll(() => {
    mkdirSync(join(folder, "logos"));
    for (const [name, file] of Object.entries(LOGOS)) writeFileSync(join(folder, "logos", name), file);
    process.env.LOGO_PARENT = folder;
  });
  afterAll(() => {
    delete process.env.LOGO_PARENT;
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
