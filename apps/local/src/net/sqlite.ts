import type { DatabaseSync } from "node:sqlite";

/** Opens a database file, without Node's warning that its SQLite is experimental. */
export async function openDatabase(path: string): Promise<DatabaseSync> {
  quietSqliteWarning();
  const { DatabaseSync } = await import("node:sqlite");
  return new DatabaseSync(path);
}

let quiet = false;

/** Hides that warning and no other. Must be called before `node:sqlite` is loaded. */
export function quietSqliteWarning(): void {
  if (quiet) return;
  quiet = true;
  const listeners = process.listeners("warning");
  process.removeAllListeners("warning");
  process.on("warning", (warning) => {
    if (warning.name === "ExperimentalWarning" && warning.message.startsWith("SQLite")) return;
    for (const listener of listeners) listener(warning);
  });
}
