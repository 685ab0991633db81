import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { openDatabase } from "../net/sqlite.ts";
import { UserFault } from "../user-fault.ts";

/**
 * Takes a folder for this run alone. SQLite's own lock goes with the process that holds it, however that ends; a file
 * with a process id in it would not.
 *
 * @returns what lets another run have the folder
 * @throws {UserFault} when the folder cannot be written, or another run has it
 */
export async function takeDataFolder(folder: string): Promise<() => void> {
  try {
    mkdirSync(folder, { recursive: true });
    const database = await openDatabase(join(folder, "lock.db"));
    database.exec("PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE");
    return () => database.close();
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    if (text.includes("locked"))
      throw new UserFault(`${folder} is in use by another run: stop it, or choose another --data-dir`);
    throw new UserFault(`${folder} cannot be used as the data directory: ${text}`);
  }
}
