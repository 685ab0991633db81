import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { promisify } from "node:util";
import { UserFault } from "@image-pipeline/schema/user-fault";
import { type Unzipped, unzip } from "fflate";

/** Inflates in threads, so that other work of the start continues. */
const inflate = promisify<Uint8Array, Unzipped>(unzip);

/**
 * Unpacks the zips of functions, equal ones only once: their functions share a folder, which they must not write to, as
 * on Lambda.
 *
 * @returns the folder of each zip
 * @throws {UserFault} when a zip is missing, is not a zip, or contains a path that leads out of its folder
 */
export async function unpackZips(
  zipPaths: readonly string[],
  folder: string,
): Promise<ReadonlyMap<string, string>> {
  const different: { zipPath: string; bytes: Buffer; taskRoot: string }[] = [];
  const folders = new Map<string, string>();
  for (const zipPath of zipPaths) {
    const bytes = readZip(zipPath);
    const equal = different.find((other) => other.bytes.equals(bytes));
    const taskRoot = equal?.taskRoot ?? join(folder, String(different.length));
    if (!equal) different.push({ zipPath, bytes, taskRoot });
    folders.set(zipPath, taskRoot);
  }
  await Promise.all(different.map(unpack));
  return folders;
}

async function unpack({ zipPath, bytes, taskRoot }: { zipPath: string; bytes: Buffer; taskRoot: string }) {
  for (const [name, data] of Object.entries(await entriesOf(zipPath, bytes))) {
    const path = resolve(taskRoot, name);
    if (path !== resolve(taskRoot) && !path.startsWith(resolve(taskRoot) + sep))
      throw new UserFault(
        `${zipPath} contains "${name}", which leads out of its folder: build it again with "npx pipeline synth"`,
      );
    if (name.endsWith("/")) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, data);
  }
}

function readZip(zipPath: string): Buffer {
  try {
    return readFileSync(zipPath);
  } catch {
    throw new UserFault(`${zipPath} is missing: build it with "npx pipeline synth"`);
  }
}

async function entriesOf(zipPath: string, bytes: Buffer): Promise<Unzipped> {
  try {
    return await inflate(bytes);
  } catch {
    throw new UserFault(`${zipPath} is not a zip file: build it with "npx pipeline synth"`);
  }
}
