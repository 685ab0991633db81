import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { fileHash, withFileHashes } from "../src/config/config-files.ts";
import { definePipeline } from "../src/config.ts";

const folder = mkdtempSync(join(tmpdir(), "logo-config-"));
const PLACE = "pipeline.config.ts: presets.small.watermark.image: logos/logo.png";
beforeAll(() => mkdirSync(join(folder, "logos")));
afterAll(() => rmSync(folder, { recursive: true }));

function chunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, checksum]);
}

/** Returns a grey PNG of one byte a pixel. */
function png(width: number, height: number, shade = 0): Buffer {
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0]);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  const lines = deflateSync(Buffer.alloc(height * (width + 1), shade));
  const chunks = [chunk("IHDR", header), chunk("IDAT", lines), chunk("IEND", Buffer.of())];
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), ...chunks]);
}

function load(file: Buffer | undefined) {
  rmSync(join(folder, "logos/logo.png"), { force: true });
  if (file) writeFileSync(join(folder, "logos/logo.png"), file);
  const presets = { small: { width: 40, watermark: { image: "logo.png" }, formats: ["webp" as const] } };
  return withFileHashes(definePipeline({ presets, environments: { staging: {} } }), folder);
}

it("sets the hash of a logo's content, so that another content is another recipe", () => {
  const hashes = [png(10, 10), png(10, 10, 9)].map(
    (file) => load(file).get("staging")?.presets.small?.watermark?.imageHash,
  );
  expect(hashes).toEqual([fileHash(png(10, 10)), fileHash(png(10, 10, 9))]);
  expect(hashes[0]).not.toBe(hashes[1]);
});

it.each([
  ["that is missing", undefined, "is missing from the folder of the config"],
  ["of another format", Buffer.from("GIF89a"), "is not a PNG picture"],
  ["that is cut short", png(10, 10).subarray(0, -20), "is damaged or cut short"],
  ["with a wrong byte", png(10, 10).fill(7, 45, 46), "is damaged or cut short"],
  ["of too many pixels", png(2001, 1), "has 2001 x 1 pixels, more than 2000 a side"],
  ["of too many bytes", Buffer.alloc(1_000_001), "has 1000001 bytes, more than 1000000"],
])("rejects a logo %s in one line", (_, file, problem) => {
  expect(() => load(file)).toThrow(`${PLACE} ${problem}`);
});

it.each([
  [{}, "must have either a text or an image"],
  [{ text: "Acme", image: "logo.png" }, "must have either a text or an image"],
  [{ image: "../logo.png" }, "must be the name of a PNG file in the folder logos"],
])("rejects the watermark %j", (watermark, problem) => {
  const presets = { small: { width: 40, watermark, formats: ["webp" as const] } };
  expect(() => definePipeline({ presets, environments: { staging: {} } })).toThrow(problem);
});
