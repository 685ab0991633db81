import { randomUUID } from "node:crypto";
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, unlinkSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Opens a file without a name, which this process and its child share by its descriptor: the bytes of pictures and renditions
 * cross it in one copy each way, without a pipe's many small reads. It disappears with the last of the two processes.
 */
export function openSharedFile(): number {
  const path = join(tmpdir(), `image-engine-${randomUUID()}`);
  const file = openSync(path, "wx+", 0o600);
  unlinkSync(path);
  return file;
}

/** Writes all bytes at a place of the file. */
export function writeAt(file: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length; )
    done += writeSync(file, bytes, done, bytes.length - done, at + done);
}

/** @throws {Error} when the file ends before */
export function readAt(file: number, at: number, length: number): Buffer {
  if (at + length > fstatSync(file).size) throw new Error(`the shared file has no ${length} bytes at ${at}`);
  const bytes = Buffer.allocUnsafeSlow(length);
  for (let done = 0; done < length; ) done += readSync(file, bytes, done, length - done, at + done);
  return bytes;
}

/** Gives the file's memory back to the system. */
export function empty(file: number): void {
  ftruncateSync(file, 0);
}

export function close(file: number): void {
  closeSync(file);
}
