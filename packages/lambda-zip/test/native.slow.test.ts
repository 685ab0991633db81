import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildLambdaZip, lambdaTarget } from "../src/index.ts";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "lambda-zip-native-"));
});
afterAll(() => rm(root, { recursive: true }));

/** Builds a function that needs sharp in a folder of this name. */
async function build(name: string, architecture: "arm64" | "x86_64"): Promise<Buffer> {
  const folder = join(root, name);
  await mkdir(join(folder, "node_modules"), { recursive: true });
  await symlink(join(import.meta.dirname, "../node_modules/sharp"), join(folder, "node_modules/sharp"));
  const entry = join(folder, "handler.ts");
  await writeFile(entry, 'import sharp from "sharp";\nexport const handler = async () => sharp.versions;');
  const outfile = join(folder, "lambda.zip");
  await buildLambdaZip({ entry, outfile, sharp: lambdaTarget(architecture) });
  return readFile(outfile);
}

test.each([
  { architecture: "arm64", machine: 0xb7 },
  { architecture: "x86_64", machine: 0x3e },
] as const)(
  "adds sharp's binaries for Lambda on $architecture, the same bytes from every folder",
  async ({ architecture, machine }) => {
    const zip = await build(`${architecture}/one`, architecture);
    const other = await build(`${architecture}/some/where/else`, architecture);
    expect(zip.equals(other)).toBe(true);
    const machines = Object.entries(unzipSync(zip))
      .filter(([name]) => /\.node$|\.so/.test(name))
      .map(([, data]) => elfMachine(data));
    expect(machines).toEqual([machine, machine]);
  },
);

test("adds the decoder of HEIC as an unmodified file with its licence, outside of the bundle", async () => {
  const files = unzipSync(await build("heic", "arm64"));
  const folder = "node_modules/libheif-js/libheif-wasm";
  const original = createRequire(import.meta.url).resolve("libheif-js/libheif-wasm/libheif-bundle.js");
  expect(Buffer.from(files[`${folder}/libheif-bundle.js`] ?? []).equals(await readFile(original))).toBe(true);
  expect(Buffer.from(files[`${folder}/LICENSE`] ?? []).toString()).toContain(
    "GNU LESSER GENERAL PUBLIC LICENSE",
  );
});

test("adds the renderer of SVG and its font, unmodified, outside of the bundle", async () => {
  const files = unzipSync(await build("svg", "x86_64"));
  const original = createRequire(import.meta.url).resolve("@resvg/resvg-wasm/index_bg.wasm");
  const renderer = files["node_modules/@resvg/resvg-wasm/index_bg.wasm"] ?? Buffer.of();
  expect(Buffer.from(renderer).equals(await readFile(original))).toBe(true);
  const font = Object.keys(files).filter((name) => name.startsWith("node_modules/@fontsource/arimo/files/"));
  expect(font.length).toBe(24);
  expect(Buffer.from(files["node_modules/@fontsource/arimo/LICENSE"] ?? []).toString()).toContain(
    "SIL OPEN FONT LICENSE",
  );
});

/** `e_machine` of an ELF header: 0x3e is x86-64, 0xb7 is AArch64 (man 5 elf). */
function elfMachine(data: Uint8Array): number {
  return new DataView(data.buffer, data.byteOffset).getUint16(18, true);
}
