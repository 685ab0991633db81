import { type Zippable, zipSync } from "fflate";

/** DOS time, which zips hold, begins here; local time, as it is stored, so that the bytes are the same in every zone. */
const EPOCH = new Date(1980, 0, 1);
const UNIX = 3;
const READABLE_BY_ALL = 0o100644 << 16;

/** A zip whose bytes depend on the names and contents alone: sorted, one fixed time, one mode. */
export function toZip(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const sorted: Zippable = {};
  for (const name of [...files.keys()].sort()) {
    const data = files.get(name);
    if (data) sorted[name] = [data, { mtime: EPOCH, os: UNIX, attrs: READABLE_BY_ALL }];
  }
  return zipSync(sorted, { level: 8 });
}
