import { access, constants, readdir, realpath, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { UserFault } from "../user-fault.ts";

/** S3 takes keys up to 1,024 bytes of UTF-8. */
const MAX_KEY_BYTES = 1024;
/** What the local services hold in one object. */
const MAX_FILE_BYTES = 500 * 1024 * 1024;

/** What lies beside pictures in a folder and is no upload; a file named by itself is uploaded whatever it is called. */
const NOTES = /\.(md|txt|json|ya?ml|xml|html?|csv|log|ini|db|url)$/i;

/** A file to upload, under which key. */
export interface InputFile {
  path: string;
  key: string;
  bytes: number;
}

/**
 * The files that paths stand for: a file by its name, a folder's by their paths within it. In a folder, hidden files
 * and notes such as a README.md are left out; links are followed.
 *
 * @throws {UserFault} for a path that is not there, an empty folder, or two files with one key
 */
export async function toInputFiles(paths: readonly string[]): Promise<InputFile[]> {
  const files = (await Promise.all(paths.map(filesOf))).flat();
  const byKey = new Map<string, InputFile>();
  for (const file of files) {
    const other = byKey.get(file.key);
    if (other && (await realpath(other.path)) !== (await realpath(file.path)))
      throw new UserFault(
        `${other.path} and ${file.path} would both be uploaded as ${file.key}: give the folder that holds both`,
      );
    if (Buffer.byteLength(file.key) > MAX_KEY_BYTES)
      throw new UserFault(`${file.path} makes a key over 1024 bytes: S3 takes none so long`);
    if (file.bytes > MAX_FILE_BYTES)
      throw new UserFault(`${file.path} is over 500 MB: the local S3 holds none so large`);
    byKey.set(file.key, file);
  }
  return [...byKey.values()];
}

async function filesOf(path: string): Promise<InputFile[]> {
  const found = await statOf(path);
  if (!found) throw new UserFault(`${path} does not exist: give files or folders to upload`);
  if (!found.isDirectory()) return [await toInputFile(path, basename(path))];
  const files = await filesIn(path, "", new Set());
  if (files.length === 0) throw new UserFault(`${path} holds no images: give a folder that does`);
  return files;
}

/** @param above the folders that lead here, so that a link back to one of them ends the walk */
async function filesIn(folder: string, prefix: string, above: ReadonlySet<string>): Promise<InputFile[]> {
  const real = await realpath(folder);
  if (above.has(real)) return [];
  const files: InputFile[] = [];
  for (const name of (await readdir(folder)).sort()) {
    const path = join(folder, name);
    const found = name.startsWith(".") || NOTES.test(name) ? undefined : await statOf(path);
    if (found?.isDirectory())
      files.push(...(await filesIn(path, `${prefix}${name}/`, new Set([...above, real]))));
    if (found?.isFile()) files.push(await toInputFile(path, prefix + name));
  }
  return files;
}

async function toInputFile(path: string, key: string): Promise<InputFile> {
  const found = await stat(path);
  if (!found.isFile()) throw new UserFault(`${path} is neither a file nor a folder`);
  try {
    await access(path, constants.R_OK);
  } catch {
    throw new UserFault(`${path} may not be read: change its permissions, or leave it out`);
  }
  return { path, key, bytes: found.size };
}

async function statOf(path: string) {
  return stat(path).catch(() => undefined);
}
