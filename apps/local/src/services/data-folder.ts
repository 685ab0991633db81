import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserFault } from "@image-pipeline/schema/user-fault";
import { openDatabase } from "../net/sqlite.ts";

/** The file that marks a folder as a data folder, with an explanation for people. */
const MARKER = "image-pipeline-data.txt";
const MARKER_TEXT =
  "The state of the image pipeline's local runtime (--data-dir). Delete the whole folder to start with none.\n";
/** A file of the data folders that were made before there was a marker. */
const OLD_MARKER = "lock.db";
/** Uploads, logs and queues are for no other user of this machine. */
export const OWNER_ONLY = 0o700;
/** Entries that make a folder no less empty. */
const IGNORED = /^(\.|lost\+found$)/;

/**
 * Takes a folder for this run alone. SQLite's lock ends together with the process that holds it, however that ends; a
 * file with a process id in it would stay.
 *
 * @returns a function that releases the folder
 * @throws {UserFault} when the folder cannot be written, holds other files, or is in use by another run
 */
export async function takeDataFolder(folder: string): Promise<() => void> {
  try {
    mkdirSync(folder, { recursive: true, mode: OWNER_ONLY });
    checkContent(folder);
    chmodSync(folder, OWNER_ONLY);
    writeFileSync(join(folder, MARKER), MARKER_TEXT);
    const database = await openDatabase(join(folder, "lock.db"));
    database.exec("PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE");
    return () => database.close();
  } catch (error) {
    if (error instanceof UserFault) throw error;
    const text = error instanceof Error ? error.message : String(error);
    if (text.includes("locked"))
      throw new UserFault(`${folder} is in use by another run: stop it, or choose another --data-dir`);
    throw new UserFault(`${folder} cannot be used as the data directory: ${text}`);
  }
}

function checkContent(folder: string): void {
  const isOurs = [MARKER, OLD_MARKER].some((name) => existsSync(join(folder, name)));
  const [stranger] = isOurs ? [] : readdirSync(folder).filter((name) => !IGNORED.test(name));
  if (stranger !== undefined)
    throw new UserFault(
      `${folder} already holds other files, such as ${JSON.stringify(stranger)}: choose an empty or a new folder as --data-dir`,
    );
}
