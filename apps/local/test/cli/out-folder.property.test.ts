import { join, sep } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toPath } from "../../src/cli/out-folder.ts";

const FOLDER = join(sep, "out");
const key = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 1024 }),
  fc
    .array(fc.constantFrom("..", ".", "", "a", "\0", "...", "%2E"), { minLength: 1 })
    .map((parts) => parts.join("/")),
);

describe("the path of a key in the out folder", () => {
  it("is always inside it", () => {
    fc.assert(fc.property(key, (any) => toPath(FOLDER, any).startsWith(FOLDER + sep)));
  });

  it("is the key itself for the pipeline's own keys", () => {
    expect(toPath(FOLDER, "manifests/photos/a b.jpg.json")).toBe(
      join(FOLDER, "manifests/photos/a b.jpg.json"),
    );
  });

  it("is a valid file name, however long the key", () => {
    const name = toPath(FOLDER, "é".repeat(500)).slice(FOLDER.length + 1);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(240);
    expect(name).not.toBe(toPath(FOLDER, `${"é".repeat(500)}x`).slice(FOLDER.length + 1));
  });

  it.each([
    [`${"x".repeat(300)}.jpg.json`, /x~[0-9a-f]{16}\.jpg\.json$/],
    [`${"é".repeat(300)}.json`, /é~[0-9a-f]{16}\.json$/],
    ["y".repeat(300), /y~[0-9a-f]{16}$/],
  ])("keeps the extensions of a name that is too long", (long, pattern) => {
    const name = toPath(FOLDER, long).slice(FOLDER.length + 1);
    expect(name).toMatch(pattern);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(240);
  });

  it("is different from every other key's, even if a part is . or ..", () => {
    expect(toPath(FOLDER, "a/../b")).toBe(join(FOLDER, "a/%2E%2E/b"));
  });
});
