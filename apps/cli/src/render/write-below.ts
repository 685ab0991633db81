import { mkdir, realpath, rm, writeFile } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { UserFault } from "@image-pipeline/schema/user-fault";

/**
 * Writes a file below a folder and nowhere else: a link in the folder is replaced, not followed.
 *
 * @param path relative to the folder
 * @throws {UserFault} when the path leads out of the folder
 */
export async function writeBelow(folder: string, path: string, data: string | Uint8Array): Promise<void> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  const [top, place] = await Promise.all([realpath(folder), realpath(dirname(file))]);
  if (place !== top && !place.startsWith(top.endsWith(sep) ? top : top + sep))
    throw new UserFault(`${file} is not below ${folder}: remove the link, or choose another --out`);
  await rm(file, { force: true });
  await writeFile(file, data, { flag: "wx" });
}
