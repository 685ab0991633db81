import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** Where a run keeps what it needs while it lasts. */
export interface RunFolder {
  /** Goes when the run ends. */
  path: string;
  /** The state: in the run's folder, or in the one that the user keeps. */
  data: string;
  remove(): void;
  /** Puts the functions' logs where they outlive the run. @returns that place */
  keepLogs(): string;
}

export function openRunFolder(dataDir: string | undefined): RunFolder {
  const path = mkdtempSync(join(tmpdir(), "image-pipeline-local-"));
  const data = dataDir === undefined ? join(path, "data") : resolve(dataDir);
  return {
    path,
    data,
    remove: () => rmSync(path, { recursive: true, force: true }),
    keepLogs() {
      const logs = join(data, "logs");
      if (dataDir !== undefined || !existsSync(logs)) return logs;
      const kept = mkdtempSync(join(tmpdir(), "image-pipeline-logs-"));
      cpSync(logs, kept, { recursive: true });
      return kept;
    },
  };
}
