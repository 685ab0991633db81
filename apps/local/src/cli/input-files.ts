import { access, constants, readdir, realpath, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { UserFault } from "@image-pipeline/schema/user-fault";

/** S3 takes keys up to 1,024 bytes of UTF-8. */
const MAX_KEY_BYTES = 1024;
/** The largest object that the local S3 stores. */
const MAX_FILE_BYTES = 500 * 1024 * 1024;
/** Files that accompany images in a folder. A file named on the command line is uploaded with any extension. */
const NOTES = /\.(md|txt|json|ya?ml|xml|html?|csv|log|ini|db|url)$/i;

/** A file to upload, under which key. */
export interface InputFile {
  path: string;
  key: string;
  bytes: number;
}

/** A file or folder that is not uploaded, and the reason. */
export interface LeftOut {
  path: string;
  why: string;
  /** True for a file that was meant to be uploaded: the command then ends with 1. */
  isFault: boolean;
}

export interface InputFiles {
  files: readonly InputFile[];
  leftOut: readonly LeftOut[];
}

/**
 * Finds the files to upload: the key of a file is its name, or its path in the given folder. In a folder, hidden
 * files and notes such as a README.md are left out; links are followed.
 *
 * @throws {UserFault} for a path that does not exist, an empty folder, or two files with one key
 */
export async function toInputFiles(paths: readonly string[]): Promise<InputFiles> {
  const found = await Promise.all(paths.map(findIn));
  const byKey = new Map<string, InputFile>();
  const leftOut = found.flatMap((each) => each.leftOut);
  for (const file of found.flatMap(({ files }) => files)) {
    const other = byKey.get(file.key);
    if (other && (await realpath(other.path)) !== (await realpath(file.path)))
      throw new UserFault(
        `${other.path} and ${file.path} would both be uploaded as ${file.key}: give the folder that holds both`,
      );
    byKey.set(file.key, file);
  }
  return { files: [...byKey.values()], leftOut };
}

interface Found {
  files: InputFile[];
  leftOut: LeftOut[];
}

async function findIn(path: string): Promise<Found> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EACCES") return undefined;
    throw new UserFault(`${path} does not exist: give files or folders to upload`);
  });
  const into: Found = { files: [], leftOut: [] };
  if (found?.isDirectory()) {
    await walk(path, { prefix: "", above: new Set(), into });
    if (into.files.length === 0 && !into.leftOut.some(({ isFault }) => isFault))
      throw new UserFault(`${path} contains no images: give a folder that does`);
    return into;
  }
  await addFile(path, basename(path), into);
  // A path that is named on the command line is meant to be uploaded.
  return { files: into.files, leftOut: into.leftOut.map((each) => ({ ...each, isFault: true })) };
}

interface Walk {
  prefix: string;
  /** The folders that lead here: a link back to one of them ends the walk. */
  above: ReadonlySet<string>;
  into: Found;
}

async function walk(folder: string, { prefix, above, into }: Walk): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    leaveOut(into, folder, `cannot be read (${codeOf(error)})`, true);
    return [];
  });
  const real = await realpath(folder).catch(() => folder);
  if (above.has(real)) return leaveOut(into, folder, "is a link to a folder above it");
  for (const name of names.sort()) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (name.startsWith(".")) leaveOut(into, path, "is hidden");
    else if (found?.isDirectory())
      await walk(path, { prefix: `${prefix}${name}/`, above: new Set([...above, real]), into });
    else if (NOTES.test(name)) leaveOut(into, path, "is not an image");
    else await addFile(path, prefix + name, into);
  }
}

async function addFile(path: string, key: string, into: Found): Promise<void> {
  try {
    const found = await stat(path);
    if (!found.isFile()) return leaveOut(into, path, "is neither a file nor a folder");
    await access(path, constants.R_OK);
    if (Buffer.byteLength(key) > MAX_KEY_BYTES)
      return leaveOut(into, path, "has a key over 1,024 bytes, the most that S3 takes", true);
    if (found.size > MAX_FILE_BYTES)
      return leaveOut(into, path, "is over 500 MB, the most that the local S3 stores", true);
    into.files.push({ path, key, bytes: found.size });
  } catch (error) {
    const code = codeOf(error);
    leaveOut(into, path, code === "ENOENT" ? "is a broken link" : `cannot be read (${code})`, true);
  }
}

function leaveOut({ leftOut }: Found, path: string, why: string, isFault = false): void {
  leftOut.push({ path, why, isFault });
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error && typeof error.code === "string" ? error.code : error.message;
}
