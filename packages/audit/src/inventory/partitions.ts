import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Characters that wait in memory before they are appended to the files. */
const BUFFERED_CHARACTERS = 8 * 2 ** 20;
/** Number of files: of a billion lines each has 250,000. */
const COUNT = 4096;

/** Lines in temporary files, divided by a hash: lines of the same hash are in the same file. */
export interface Partitions {
  add(hash: number, line: string): void;
  /** Yields the lines of one file after the other, and removes it. */
  takeAll(): Iterable<string[]>;
  /** Removes all files. */
  remove(): void;
}

export function openPartitions(): Partitions {
  const folder = mkdtempSync(join(tmpdir(), "image-pipeline-inventory-"));
  const pathOf = (index: number) => join(folder, String(index));
  const waiting = Array.from({ length: COUNT }, () => "");
  const written = new Set<number>();
  let buffered = 0;

  function append(index: number): void {
    const text = waiting[index];
    if (!text) return;
    appendFileSync(pathOf(index), text);
    written.add(index);
    waiting[index] = "";
  }
  function take(index: number): string[] {
    const path = pathOf(index);
    const stored = written.has(index) ? readFileSync(path, "utf8") : "";
    if (written.delete(index)) rmSync(path);
    const lines = `${stored}${waiting[index]}`.split("\n");
    waiting[index] = "";
    return lines.filter((line) => line !== "");
  }
  return {
    add(hash, line) {
      const index = hash % COUNT;
      waiting[index] += `${line}\n`;
      buffered += line.length + 1;
      if (buffered < BUFFERED_CHARACTERS) return;
      for (const each of waiting.keys()) append(each);
      buffered = 0;
    },
    *takeAll() {
      for (const index of waiting.keys()) yield take(index);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
