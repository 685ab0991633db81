import type { DatabaseSync } from "node:sqlite";

/** Opens a database file; Node's note that its SQLite is experimental stays off the terminal, where nobody can act on it. */
export async function openDatabase(path: string): Promise<DatabaseSync> {
  quietSqliteWarning();
  const { DatabaseSync } = await import("node:sqlite");
  return new DatabaseSync(path);
}

let quiet = false;

/** To be called before anything loads `node:sqlite`; every other warning is still shown. */
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
