import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";

/** Returns a reader of the complete lines that are added to a file from now on. */
export function newLogLines(file: string): () => string[] {
  let read = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return () => {
    const handle = openSync(file, "r");
    try {
      const bytes = Buffer.alloc(Math.max(0, fstatSync(handle).size - read));
      readSync(handle, bytes, 0, bytes.length, read);
      const end = bytes.lastIndexOf("\n") + 1;
      read += end;
      return bytes.subarray(0, end).toString().split("\n").slice(0, -1);
    } finally {
      closeSync(handle);
    }
  };
}
