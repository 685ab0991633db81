import { appendFileSync, mkdirSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import { stateFolders } from "@image-pipeline/local/running-runtimes";
import { toJsonLine } from "@image-pipeline/schema/plain-text";
import type { ConsoleParts } from "./area.ts";

/** A change that was asked for, and its outcome. */
export interface AuditEntry {
  /** `POST /api/dead-letters/redrive` */
  change: string;
  request: unknown;
  outcome: "done" | "failed" | "refused";
  problem?: string;
}

/** The file with a line for each change that was made, or refused, in this user's consoles. */
export interface AuditLog {
  path: string;
  write(entry: AuditEntry): void;
}

export function auditLog({
  context: { variables, clock, terminal },
  environment,
}: Pick<ConsoleParts, "context" | "environment">): AuditLog {
  const [folder = ""] = stateFolders(variables);
  const path = join(folder, "console-audit.jsonl");
  return {
    path,
    write(entry) {
      const at = new Date(clock.now()).toISOString();
      const line = toJsonLine({ at, user: userName(), environment, ...entry });
      try {
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
        appendFileSync(path, `${line}\n`, { mode: 0o600 });
      } catch {
        // The terminal has the line too.
      }
      terminal.note([`${at}  ${entry.change}: ${entry.outcome}  ${JSON.stringify(entry.request)}`]);
    },
  };
}

/** A container may run as a user whom the system does not know. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? "unknown");
  }
}
