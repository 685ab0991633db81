import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { stateFolders } from "@image-pipeline/local/running-runtimes";
import type { Context } from "../program/context.ts";
import { newToken } from "./access.ts";

/**
 * The token of the consoles for this machine's own pipeline. It is kept in a file that only this user can read, so that an open page
 * continues after `npm start` was started again.
 */
export function keptToken(variables: Context["variables"]): string {
  const [folder = ""] = stateFolders(variables);
  const path = join(folder, "console-token");
  try {
    const kept = readFileSync(path, "utf8");
    if (/^[\w-]{43}$/.test(kept)) return kept;
  } catch {
    // There is none yet.
  }
  const token = newToken();
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, token, { mode: 0o600 });
  } catch {
    // This folder cannot be written: the token is good for this run only.
  }
  return token;
}
