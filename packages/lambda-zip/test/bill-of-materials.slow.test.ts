import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { licencesOf, toBillOfMaterials } from "../src/bom/bill-of-materials.ts";
import { toLicencesPage } from "../src/bom/licences-page.ts";
import { billsOfMaterials } from "../src/bom/workspace-boms.ts";
import { packagesOf } from "../src/bom/zip-packages.ts";

const ROOT = join(import.meta.dirname, "../../..");
const boms = billsOfMaterials();
/** Licences that allow any use with their notice. */
const PERMISSIVE = [
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "ISC",
  "MIT",
  "MIT-0",
  "OFL-1.1",
  "Unlicense",
];
/** Licences whose packages must be files of their own in the zip. */
const REPLACEABLE = ["LGPL-3.0", "LGPL-3.0-or-later", "MPL-2.0"];

describe.each([...boms])("the bill of materials of %s", (app, bom) => {
  const dist = join(ROOT, "apps", app, "dist");

  it("names every package that the zip's source maps and files name", () => {
    const names = packagesOf(dist).map(({ name, version }) => `${name}@${version}`);
    const listed = bom.components.map(({ purl }) => decodeURIComponent(purl).replace("pkg:npm/", ""));
    expect(listed).toEqual(names);
    expect(names.length).toBeGreaterThan(5);
  });

  it("has only permissive licences, or those of replaceable files that the zip holds with their licence", () => {
    const files = Object.keys(unzipSync(readFileSync(join(dist, "lambda.zip"))));
    for (const component of bom.components) {
      const licence = licencesOf(component);
      if (PERMISSIVE.includes(licence)) continue;
      expect([component.purl, REPLACEABLE.includes(licence)]).toEqual([component.purl, true]);
      const { properties } = component;
      expect(properties).toEqual(
        expect.arrayContaining([
          { name: "image-pipeline:replaceable", value: expect.stringMatching(/\.so|-bundle\.js$|\.wasm$/) },
        ]),
      );
      for (const { value } of Array.isArray(properties) ? properties : []) expect(files).toContain(value);
    }
  });

  it("links the zip with each package, and no package with one that the zip does not hold", () => {
    const refs = new Set(bom.components.map(({ purl }) => purl));
    const [zip, ...packages] = bom.dependencies;
    expect(new Set(zip?.dependsOn)).toEqual(refs);
    for (const { ref, dependsOn = [] } of packages)
      expect([ref, ...dependsOn].every((each) => refs.has(each))).toBe(true);
  });
});

it("the worker's names sharp, all replaceable libraries, and the libraries inside of libvips", () => {
  const components = boms.get("worker")?.components ?? [];
  const names = components.map(({ purl }) => decodeURIComponent(purl));
  for (const name of [
    "npm/sharp@",
    "npm/@img/sharp-libvips-linux-",
    "npm/libheif-js@",
    "npm/@resvg/resvg-wasm@",
  ])
    expect(names.some((each) => each.includes(name))).toBe(true);
  expect(JSON.stringify(components)).toMatch(/"name":"libwebp","version":"[\d.]+"/);
});

it("a package that pnpm does not know is an error", () => {
  const [bom] = boms.values();
  const subject = { name: "zip", version: "1", sha256: "" };
  const unknown = { name: "@strange/package", version: "1.0.0", files: [] };
  expect(() => bom && toBillOfMaterials(bom, subject, [unknown])).toThrow("has no @strange/package 1.0.0");
});

it("docs/licences.md is that of the zips (run: npm run sbom)", () => {
  expect(boms.size).toBeGreaterThan(5);
  expect(
    existsSync(join(ROOT, "docs/licences.md")) && readFileSync(join(ROOT, "docs/licences.md"), "utf8"),
  ).toBe(toLicencesPage(boms));
});
