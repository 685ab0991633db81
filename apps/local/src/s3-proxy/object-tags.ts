import { join } from "node:path";
import { openDatabase } from "../net/sqlite.ts";

/** The tags of objects, which the services behind the proxy do not keep, as in S3's header: `a=b&c=d`. */
export interface ObjectTags {
  /** Empty for an object without tags. */
  get(bucket: string, key: string): string;
  /** Replaces all tags of an object; empty for none. */
  set(bucket: string, key: string, tags: string): void;
  close(): void;
}

/** Opens the tags in the data folder, so that an object that was quarantined in one run is quarantined in the next. */
export async function openObjectTags(folder: string): Promise<ObjectTags> {
  const database = await openDatabase(join(folder, "tags.db"));
  // A power failure may lose the last tags, which does no harm here: a write does not wait for the disk.
  database.exec(
    "PRAGMA synchronous = OFF; CREATE TABLE IF NOT EXISTS tags (object TEXT PRIMARY KEY, tags TEXT NOT NULL)",
  );
  const select = database.prepare("SELECT tags FROM tags WHERE object = ?");
  const upsert = database.prepare("INSERT OR REPLACE INTO tags VALUES (?, ?)");
  const remove = database.prepare("DELETE FROM tags WHERE object = ?");
  const at = (bucket: string, key: string) => `${bucket}/${key}`;
  const get = (bucket: string, key: string) => String(select.get(at(bucket, key))?.tags ?? "");
  return {
    get,
    set(bucket, key, tags) {
      if (tags !== "") upsert.run(at(bucket, key), tags);
      else if (get(bucket, key) !== "") remove.run(at(bucket, key));
    },
    close: () => database.close(),
  };
}
