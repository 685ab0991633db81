import type { Access } from "./access.ts";
import type { Area, ConsoleParts } from "./area.ts";
import type { AuditLog } from "./audit-log.ts";

/** Everything that the server of a console needs to answer. */
export interface Serving {
  areas: readonly Area[];
  access: Access;
  parts: ConsoleParts;
  audit: AuditLog;
  port: number;
  /** The built page. */
  folder: string;
  /** Aborts when the console ends. */
  closing: AbortSignal;
}
