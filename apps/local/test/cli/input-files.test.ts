import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
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
const keys = async (...paths: string[]) => (await toInputFiles(paths)).map(({ key }) => key);

describe("toInputFiles", () => {
  it("gives a file its name for a key", async () => {
    const folder = folderWith("deep/in/a b.jpg");
    expect(await toInputFiles([join(folder, "deep/in/a b.jpg")])).toEqual([
      { path: join(folder, "deep/in/a b.jpg"), key: "a b.jpg", bytes: 15 },
    ]);
  });

  it("gives a folder's files their paths in it, hidden ones and notes left out unless named", async () => {
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

  it("takes a file that is given twice once", async () => {
    const folder = folderWith("a.jpg");
    expect(await keys(folder, join(folder, "a.jpg"))).toEqual(["a.jpg"]);
  });

  it("refuses two files that would have one key, naming both", async () => {
    const [one, two] = [folderWith("a.jpg"), folderWith("a.jpg")];
    await expect(keys(one, two)).rejects.toThrow(
      `${one}/a.jpg and ${two}/a.jpg would both be uploaded as a.jpg`,
    );
  });

  it("says that a path does not exist, and that a folder is empty", async () => {
    const folder = folderWith(".hidden");
    await expect(keys(join(folder, "gone"))).rejects.toThrow(`${folder}/gone does not exist`);
    await expect(keys(folder)).rejects.toThrow(`${folder} holds no images`);
  });

  it("refuses a key that S3 would not take", async () => {
    const folder = folderWith(`${"d".repeat(200)}/`.repeat(5) + "e".repeat(60));
    await expect(keys(folder)).rejects.toThrow(/makes a key over 1024 bytes/);
  });

  it("finds the sample photographs", async () => {
    expect(samplePhotographs().map(({ bytes }) => bytes > 100_000)).toEqual([true, true, true, true]);
  });
});
