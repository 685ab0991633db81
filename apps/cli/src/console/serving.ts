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
  /** The streams that pages listen to: each ends in order, and removes its queue. */
  streams: Set<Promise<void>>;
  /** Aborts when the console ends. */
  closing: AbortSignal;
}
