import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { unpackZip } from "../../src/lambda-host/unpack-zip.ts";
import { writeZip } from "../function-factory.ts";
import { temporaryFolder } from "../temporary-folder.ts";

describe("unpackZip", () => {
  it("writes the files where they belong", () => {
    const folder = temporaryFolder();
    unpackZip(writeZip({ "index.js": "1", "node_modules/a/b.node": "2" }), folder);
    expect([
      readFileSync(join(folder, "index.js"), "utf8"),
      readFileSync(join(folder, "node_modules/a/b.node"), "utf8"),
    ]).toEqual(["1", "2"]);
  });

  it.each(["../escaped.js", "a/../../escaped.js", "/escaped.js"])(
    "refuses a path that leads out: %s",
    (name) => {
      const folder = join(temporaryFolder(), "inner");
      expect(() => unpackZip(writeZip({ [name]: "x" }), folder)).toThrow(/leads out of its folder/);
      expect(existsSync(join(folder, "../escaped.js"))).toBe(false);
    },
  );

  it("says which zip is missing, or is none", () => {
    const folder = temporaryFolder();
    const path = join(folder, "lambda.zip");
    expect(() => unpackZip(path, folder)).toThrow(`${path} is missing: build it with "npx pnpm@12 build"`);
    writeFileSync(path, "not a zip");
    expect(() => unpackZip(path, folder)).toThrow(`${path} is not a zip file`);
  });
});
