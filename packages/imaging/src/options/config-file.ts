import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** A logo or font that is missing from the function, is another one than the config was read with, or cannot be used. */
export class ConfigFileError extends Error {
  override readonly name = "ConfigFileError";
}

/** A file of the config's folder, which the function's zip carries. */
export interface ConfigFile {
  path: string;
  content: Buffer;
}

/** The files of this process by their names and hashes. */
const files = new Map<string, Promise<ConfigFile>>();

/**
 * Returns a file of the config's folder, which is read once.
 *
 * @param name the path from that folder, such as `logos/logo.png`
 * @param hash the hash that the config's loader set
 * @throws {ConfigFileError}
 */
export function configFile(name: string, hash: string): Promise<ConfigFile> {
  const id = `${name} ${hash}`;
  const known = files.get(id);
  if (known) return known;
  const reading = readChecked(name, hash);
  files.set(id, reading);
  reading.catch(() => files.delete(id));
  return reading;
}

async function readChecked(name: string, hash: string): Promise<ConfigFile> {
  const file = await find(name, process.env.CONFIG_FILE_PARENT ?? import.meta.dirname);
  if (!file) throw new ConfigFileError(`${name} is missing: build and deploy again`);
  if (createHash("sha256").update(file.content).digest("hex").startsWith(hash)) return file;
  throw new ConfigFileError(`${name} is not the one of the config: build and deploy again`);
}

/** Reads a file beside this program, or in the first folder above that has it. */
async function find(name: string, folder: string): Promise<ConfigFile | undefined> {
  const path = join(folder, name);
  const content = await readFile(path).catch(() => undefined);
  if (content) return { path, content };
  const parent = dirname(folder);
  return parent === folder ? undefined : find(name, parent);
}
