import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { unpackZips } from "../../src/lambda-host/unpack-zip.ts";
import { writeZip } from "../function-factory.ts";
import { temporaryFolder } from "../temporary-folder.ts";

describe("unpackZips", () => {
  it("writes the files of each zip to a folder, and equal zips to one folder", async () => {
    const zips = [
      { "index.js": "1", "node_modules/a/b.node": "2" },
      { "index.js": "3" },
      { "index.js": "3" },
    ];
    const paths = zips.map(writeZip);
    const folders = await unpackZips(paths, temporaryFolder());
    const [first = "", second = "", third = ""] = paths.map((path) => folders.get(path));
    expect([
      readFileSync(join(first, "index.js"), "utf8"),
      readFileSync(join(first, "node_modules/a/b.node"), "utf8"),
      readFileSync(join(second, "index.js"), "utf8"),
    ]).toEqual(["1", "2", "3"]);
    expect(third).toBe(second);
  });

  it.each(["../escaped.js", "a/../../escaped.js", "/escaped.js"])(
    "refuses a zip with a path that leads out of its folder: %s",
    async (name) => {
      const folder = temporaryFolder();
      await expect(unpackZips([writeZip({ [name]: "x" })], folder)).rejects.toThrow(
        /leads out of its folder/,
      );
      expect(existsSync(join(folder, "escaped.js"))).toBe(false);
    },
  );

  it("names the zip that is missing, and the file that is not a zip", async () => {
    const path = join(temporaryFolder(), "lambda.zip");
    await expect(unpackZips([path], "x")).rejects.toThrow(
      `${path} is missing: build it with "npx pipeline synth"`,
    );
    writeFileSync(path, "not a zip");
    await expect(unpackZips([path], "x")).rejects.toThrow(`${path} is not a zip file`);
  });
});
