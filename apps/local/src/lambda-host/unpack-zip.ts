import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve, sep } from "node:path";
import { unzipSync } from "fflate";
import { UserFault } from "../user-fault.ts";

/**
 * Unpacks a function's zip into a folder.
 *
 * @throws {UserFault} when the zip is missing, is none, or holds a path that leads out of the folder
 */
export function unpackZip(zipPath: string, folder: string): void {
  for (const [name, bytes] of Object.entries(readZip(zipPath))) {
    const path = resolve(folder, name);
    if (path !== resolve(folder) && !path.startsWith(resolve(folder) + sep))
      throw new UserFault(
        `${zipPath} holds "${name}", which leads out of its folder: build it again with "npx pnpm@12 build"`,
      );
    if (name.endsWith("/")) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
}

function readZip(zipPath: string): Record<string, Uint8Array> {
  try {
    return unzipSync(readFileSync(zipPath));
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    throw new UserFault(
      `${zipPath} ${missing ? "is missing" : "is not a zip file"}: build it with "npx pnpm@12 build"`,
    );
  }
}
