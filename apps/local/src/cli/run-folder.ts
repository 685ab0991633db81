import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** The folder with a run's state, stacks, functions and logs. */
export interface RunFolder {
  path: string;
  /** The functions' logs, a file for each function. */
  logs: string;
  /** Removes the folder, unless it is the user's. */
  remove(): void;
  /** Copies the functions' logs to a folder that outlives the run. @returns that folder */
  keepLogs(): string;
}

/** @param dataDir the user's folder, which is kept; undefined for a temporary one */
export function openRunFolder(dataDir: string | undefined): RunFolder {
  const isKept = dataDir !== undefined;
  const path = isKept ? resolve(dataDir) : mkdtempSync(join(tmpdir(), "image-pipeline-local-"));
  const logs = join(path, "logs");
  return {
    path,
    logs,
    remove() {
      if (!isKept) rmSync(path, { recursive: true, force: true });
    },
    keepLogs() {
      if (isKept || !existsSync(logs)) return logs;
      const kept = mkdtempSync(join(tmpdir(), "image-pipeline-logs-"));
      cpSync(logs, kept, { recursive: true });
      return kept;
    },
  };
}
