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

describe("where a key lies in the out folder", () => {
  it("is always inside it", () => {
    fc.assert(fc.property(key, (any) => toPath(FOLDER, any).startsWith(FOLDER + sep)));
  });

  it("is the key itself for the pipeline's own keys", () => {
    expect(toPath(FOLDER, "manifests/photos/a b.jpg.json")).toBe(
      join(FOLDER, "manifests/photos/a b.jpg.json"),
    );
  });

  it("is a name that a file system takes, however long the key", () => {
    const name = toPath(FOLDER, "é".repeat(500)).slice(FOLDER.length + 1);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(240);
    expect(name).not.toBe(toPath(FOLDER, `${"é".repeat(500)}x`).slice(FOLDER.length + 1));
  });

  it("is nobody else's, where a part is a dot or two", () => {
    expect(toPath(FOLDER, "a/../b")).toBe(join(FOLDER, "a/%2E%2E/b"));
  });
});
