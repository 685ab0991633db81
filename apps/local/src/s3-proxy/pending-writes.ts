import { join } from "node:path";
import { z } from "zod";
import { openDatabase } from "../net/sqlite.ts";
import type { Write } from "./s3-operations.ts";

/** A write that was forwarded to the services and whose events are not yet delivered. */
export interface PendingWrite {
  bucket: string;
  keys: readonly string[];
  write: Write;
  /** The tags that the objects get, as in S3's header: `a=b&c=d`. */
  tags: string;
  /** Milliseconds since 1970. */
  since: number;
}

/** Keeps the running writes, so that their events are sent even if this process ends before that. */
export interface PendingWrites {
  /** Returns a number for `done`. */
  begin(write: PendingWrite): number;
  done(id: number): void;
  /** The writes of earlier runs, and those whose events could not be delivered. */
  list(): { id: number; pending: PendingWrite }[];
  close(): void;
}

const Row = z.object({ id: z.number(), json: z.string() });
const Pending: z.ZodType<PendingWrite> = z.object({
  bucket: z.string(),
  keys: z.array(z.string()),
  write: z.enum(["put", "copy", "complete", "post", "delete", "delete-many"]),
  tags: z.string(),
  since: z.number(),
});

/** Opens the list in the data folder. It survives the end of the process; a power failure may lose the last entries. */
export async function openPendingWrites(folder: string): Promise<PendingWrites> {
  const database = await openDatabase(join(folder, "pending-writes.db"));
  database.exec(
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; CREATE TABLE IF NOT EXISTS writes (id INTEGER PRIMARY KEY, json TEXT NOT NULL)",
  );
  const insert = database.prepare("INSERT INTO writes (json) VALUES (?)");
  const remove = database.prepare("DELETE FROM writes WHERE id = ?");
  const select = database.prepare("SELECT id, json FROM writes ORDER BY id");
  return {
    begin: (write) => Number(insert.run(JSON.stringify(write)).lastInsertRowid),
    done: (id) => void remove.run(id),
    list: () =>
      z
        .array(Row)
        .parse(select.all())
        .map(({ id, json }) => ({ id, pending: Pending.parse(JSON.parse(json)) })),
    close: () => database.close(),
  };
}
