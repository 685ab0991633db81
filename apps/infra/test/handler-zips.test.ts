import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Presets } from "@image-pipeline/schema/config";
import { fileHash } from "@image-pipeline/schema/load";
import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { readHandlerZip, requireConfigFiles } from "../src/handler-zips.ts";
import { temporaryFolder, writeZip } from "./deployments.ts";

const sharpFor = (cpu: string) => `node_modules/@img/sharp-linux-${cpu}/lib/sharp-linux-${cpu}.node`;
const aZip = (entries: string[]) => writeZip(join(temporaryFolder(), "dist/lambda.zip"), entries);

const withLogo = (imageHash: string) =>
  Presets.parse({ small: { width: 40, watermark: { image: "logo.png", imageHash }, formats: ["webp"] } });

describe("a handler's zip", () => {
  it("has the hash that Lambda reports", () => {
    const zip = aZip(["index.js"]);
    expect(readHandlerZip(zip.path, "arm64")).toEqual(zip);
  });

  it.each([
    ["arm64", "arm64"],
    ["x86_64", "x64"],
  ] as const)("is accepted for %s with sharp for %s", (architecture, cpu) => {
    const { path } = aZip(["index.js", sharpFor(cpu)]);
    expect(readHandlerZip(path, architecture).path).toBe(path);
  });

  it("is refused with sharp for another CPU than the functions'", () => {
    const { path } = aZip([
      "index.js",
      sharpFor("x64"),
      `node_modules/@img/sharp-libvips-linux-x64/lib/libvips.so`,
    ]);
    expect(() => readHandlerZip(path, "arm64")).toThrow(
      `${path} contains sharp for x64, but pipeline.config.ts sets architecture arm64: build it again with "npm run build"`,
    );
  });

  it("gives the build command if it is missing", () => {
    const path = join(temporaryFolder(), "dist/lambda.zip");
    expect(() => readHandlerZip(path, "arm64")).toThrow(
      `the handler's zip ${path} is missing: build it with "npm run build"`,
    );
  });

  it("is refused if it is truncated", () => {
    const { path } = aZip(["index.js"]);
    writeFileSync(path, "PK");
    expect(() => readHandlerZip(path, "arm64")).toThrow(`${path} is not a zip`);
  });

  it.each([
    ["lacks a logo of the config", [], "0".repeat(32)],
    ["has another logo than the config", ["logos/logo.png"], "0".repeat(32)],
  ])("is refused if it %s", (_, entries, imageHash) => {
    const { path } = aZip(["index.js", ...entries]);
    expect(() => requireConfigFiles(path, { presets: withLogo(imageHash) })).toThrow(
      `${path} has another logos/logo.png than the config, or none: build it again with "npm run build"`,
    );
  });

  it("is refused if it lacks a font of the config", () => {
    const { path } = aZip(["index.js"]);
    const watermark = { text: "A", font: "some.ttf", fontHash: "0".repeat(32) };
    const presets = Presets.parse({ small: { width: 40, watermark, formats: ["webp"] } });
    expect(() => requireConfigFiles(path, { presets })).toThrow(
      `${path} has another fonts/some.ttf than the config, or none: build it again with "npm run build"`,
    );
  });

  it("is accepted with the logo of the config", () => {
    const { path } = aZip(["index.js", "logos/logo.png"]);
    const { "logos/logo.png": logo = Buffer.of() } = unzipSync(readFileSync(path));
    expect(() => requireConfigFiles(path, { presets: withLogo(fileHash(logo)) })).not.toThrow();
  });

  it("of the worker alone holds logos and fonts", () => {
    const fieldOf = (name: string) =>
      JSON.parse(readFileSync(join(import.meta.dirname, "../..", name, "package.json"), "utf8")).lambda;
    const holders = ["worker", "analyzer", "ingest", "auditor"].filter((name) => fieldOf(name).configFiles);
    expect(holders).toEqual(["worker"]);
  });

  it("is refused without a handler", () => {
    const { path } = aZip(["readme.txt"]);
    expect(() => readHandlerZip(path, "arm64")).toThrow(`${path} has no index.js`);
  });
});
