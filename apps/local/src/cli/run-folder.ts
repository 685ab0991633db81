import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** Where a run keeps its state, stacks, functions and logs. */
export interface RunFolder {
  path: string;
  /** Removes it, unless it is the user's. */
  remove(): void;
  /** Puts the functions' logs where they outlive the run. @returns that place */
  keepLogs(): string;
}

/** @param dataDir the user's, to be kept; undefined for a folder of this run alone */
export function openRunFolder(dataDir: string | undefined): RunFolder {
  const isKept = dataDir !== undefined;
  const path = isKept ? resolve(dataDir) : mkdtempSync(join(tmpdir(), "image-pipeline-local-"));
  return {
    path,
    remove() {
      if (!isKept) rmSync(path, { recursive: true, force: true });
    },
    keepLogs() {
      const logs = join(path, "logs");
      if (isKept || !existsSync(logs)) return logs;
      const kept = mkdtempSync(join(tmpdir(), "image-pipeline-logs-"));
      cpSync(logs, kept, { recursive: true });
      return kept;
    },
  };
}
