import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { toInputFiles } from "../../src/cli/input-files.ts";
import { samplePhotographs } from "../../src/cli/samples.ts";
import { temporaryFolder } from "../temporary-folder.ts";

/** A folder with these files. */
function folderWith(...names: string[]): string {
  const folder = temporaryFolder();
  for (const name of names) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), name);
  }
  return folder;
}
const keys = async (...paths: string[]) => (await toInputFiles(paths)).files.map(({ key }) => key);
const leftOut = async (...paths: string[]) => (await toInputFiles(paths)).leftOut;

describe("toInputFiles", () => {
  it("uses a file's name as its key", async () => {
    const folder = folderWith("deep/in/a b.jpg");
    expect(await toInputFiles([join(folder, "deep/in/a b.jpg")])).toEqual({
      files: [{ path: join(folder, "deep/in/a b.jpg"), key: "a b.jpg", bytes: 15 }],
      leftOut: [],
    });
  });

  it("uses the paths in a folder as keys, and leaves hidden files and notes out unless they are named", async () => {
    const folder = folderWith("b.jpg", "a/c.png", "a/README.md", ".hidden", ".git/config");
    expect(await keys(folder)).toEqual(["a/c.png", "b.jpg"]);
    expect(await keys(join(folder, "a/README.md"))).toEqual(["README.md"]);
  });

  it("follows links to files and folders, and does not go in a circle", async () => {
    const elsewhere = folderWith("linked.jpg", "more/x.jpg");
    const folder = folderWith("own.jpg");
    symlinkSync(join(elsewhere, "linked.jpg"), join(folder, "file-link.jpg"));
    symlinkSync(join(elsewhere, "more"), join(folder, "folder-link"));
    symlinkSync(folder, join(folder, "circle"));
    symlinkSync(join(folder, "gone"), join(folder, "broken"));
    expect(await keys(folder)).toEqual(["file-link.jpg", "folder-link/x.jpg", "own.jpg"]);
  });

  it("uploads a file that is given twice only once", async () => {
    const folder = folderWith("a.jpg");
    expect(await keys(folder, join(folder, "a.jpg"))).toEqual(["a.jpg"]);
  });

  it("refuses two files that would have one key, naming both", async () => {
    const [one, two] = [folderWith("a.jpg"), folderWith("a.jpg")];
    await expect(keys(one, two)).rejects.toThrow(
      `${one}/a.jpg and ${two}/a.jpg would both be uploaded as a.jpg`,
    );
  });

  it("rejects a path that does not exist, and an empty folder", async () => {
    const folder = folderWith(".hidden");
    await expect(keys(join(folder, "gone"))).rejects.toThrow(`${folder}/gone does not exist`);
    await expect(keys(folder)).rejects.toThrow(`${folder} contains no images`);
  });

  it("names each file that it leaves out, with the reason", async () => {
    const folder = folderWith("b.jpg", "README.md", ".hidden/x.jpg");
    symlinkSync(join(folder, "gone"), join(folder, "broken"));
    symlinkSync(folder, join(folder, "circle"));
    expect(await leftOut(folder)).toEqual([
      { path: join(folder, ".hidden"), why: "is hidden", isFault: false },
      { path: join(folder, "README.md"), why: "is not an image", isFault: false },
      { path: join(folder, "broken"), why: "is a broken link", isFault: true },
      { path: join(folder, "circle"), why: "is a link to a folder above it", isFault: false },
    ]);
  });

  it("uploads the other files without one that cannot be read, and reports it as a fault", async () => {
    const folder = folderWith("b.jpg");
    symlinkSync("loop.jpg", join(folder, "loop.jpg"));
    expect(await keys(folder)).toEqual(["b.jpg"]);
    expect(await leftOut(folder)).toEqual([
      { path: join(folder, "loop.jpg"), why: "cannot be read (ELOOP)", isFault: true },
    ]);
  });

  it.skipIf(process.getuid?.() === 0)(
    "uploads the other files without a folder that cannot be read",
    async () => {
      const folder = folderWith("b.jpg", "secret/x.jpg");
      chmodSync(join(folder, "secret"), 0);
      expect(await keys(folder)).toEqual(["b.jpg"]);
      expect(await leftOut(folder)).toEqual([
        { path: join(folder, "secret"), why: "cannot be read (EACCES)", isFault: true },
      ]);
    },
  );

  it("leaves out a file whose key is longer than S3 allows", async () => {
    const folder = folderWith(`${"d".repeat(200)}/`.repeat(5) + "e".repeat(60), "b.jpg");
    expect(await keys(folder)).toEqual(["b.jpg"]);
    expect(await leftOut(folder)).toMatchObject([
      { why: "has a key over 1,024 bytes, the most that S3 takes", isFault: true },
    ]);
  });

  it("finds the sample photographs", async () => {
    expect(samplePhotographs().map(({ bytes }) => bytes > 100_000)).toEqual([true, true, true, true]);
  });
});
