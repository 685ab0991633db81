import { createHash } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** Folders that no zip and no stack is made from. */
const NOT_SOURCES = /^(\..*|node_modules|dist|dist-test|test|cdktf\.out|coverage|docs|examples)$/;
/** Files that every install writes: they change with the dependencies. */
const INSTALLED = ["node_modules/.modules.yaml", "node_modules/.pnpm/lock.yaml"];
const VARIABLES = /^(PIPELINE_|CDKTF_|AWS_REGION$)/;

export interface FingerprintOptions {
  /** The folder of `pipeline.config.ts`. */
  root: string;
  environment: string | undefined;
  /** Absolute paths below the root that hold no sources, such as the folder that outputs are copied to. */
  without: readonly string[];
  variables: NodeJS.ProcessEnv;
}

/**
 * Identifies the sources that the functions and the stacks are built from, by the size and the times of each file.
 * The operating system sets a file's change time (ctime) at every change and no program can set it back, so
 * equal fingerprints mean equal sources.
 */
export function sourceFingerprint({ root, environment, without, variables }: FingerprintOptions): string {
  const hash = createHash("sha256");
  const settings = Object.entries(variables).filter(([name]) => VARIABLES.test(name));
  hash.update(JSON.stringify([root, process.version, process.arch, environment ?? null, settings.sort()]));
  const excluded = new Set(without);
  for (const path of [...filesBelow(root, excluded), ...INSTALLED.map((name) => join(root, name))])
    hash.update(`${path}\0${stateOf(path)}\n`);
  return hash.digest("hex").slice(0, 32);
}

function filesBelow(folder: string, excluded: ReadonlySet<string>): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (excluded.has(path)) return [];
    if (!entry.isDirectory()) return [path];
    return NOT_SOURCES.test(entry.name) ? [] : filesBelow(path, excluded);
  });
}

function stateOf(path: string): string {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found ? `${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}` : "missing";
}
