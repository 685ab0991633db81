import { createHash } from "node:crypto";
import { pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { UserFault } from "@image-pipeline/schema/user-fault";
import { toKey } from "../storage/list-objects.ts";
import type { Columns, Inventory, InventoryFile } from "./inventory.ts";
import type { InventoryPlace } from "./inventory-place.ts";

/** An object as a line of an inventory lists it. */
export interface InventoryObject {
  key: string;
  /** The key form-encoded, as S3 encodes those of a listing. */
  encodedKey: string;
  size: number;
  /** Milliseconds since 1970. */
  modifiedAt: number;
  eTag: string;
}

const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/**
 * Reads the current objects of an inventory, in portions: older versions and delete markers are left out. Every file is compared
 * with its checksum as it is read.
 *
 * @throws {UserFault} when a file is missing or damaged
 */
export async function* readObjects(
  { files, columns }: Inventory,
  place: InventoryPlace,
): AsyncGenerator<InventoryObject[]> {
  for (const file of files) {
    try {
      for await (const lines of linesOf(await place.open(file.key), file))
        yield lines.flatMap((line) => toObject(line, columns));
    } catch (error) {
      throw error instanceof UserFault
        ? error
        : new UserFault(`${file.key} of the inventory cannot be read`, 1, { cause: error });
    }
  }
}

/** Yields the complete lines of each chunk. @throws {UserFault} at the end, when the checksum of the file is another */
async function* linesOf(stream: Readable, { key, md5 }: InventoryFile): AsyncGenerator<string[]> {
  const hash = createHash("md5");
  const unzipped = createGunzip().setEncoding("utf8");
  stream.on("data", (chunk) => hash.update(chunk));
  // An error of either stream ends both, and is thrown by the loop.
  pipeline(stream, unzipped, () => undefined);
  let rest = "";
  for await (const text of unzipped) {
    const lines = `${rest}${text}`.split("\n");
    rest = lines.pop() ?? "";
    yield lines;
  }
  if (rest !== "") yield [rest];
  if (hash.digest("hex") !== md5.toLowerCase())
    throw new UserFault(`${key} of the inventory is damaged: its MD5 is not the manifest's; copy it again`);
}

function toObject(line: string, columns: Columns): InventoryObject[] {
  if (line.trim() === "") return [];
  const fields = toFields(line);
  const isFalse = (index: number | undefined, value: string) =>
    index !== undefined && fields[index] === value;
  if (isFalse(columns.IsLatest, "false") || isFalse(columns.IsDeleteMarker, "true")) return [];
  const [encodedKey = "", size = "", date = "", eTag = ""] = [
    columns.Key,
    columns.Size,
    columns.LastModifiedDate,
    columns.ETag,
  ].map((index) => fields[index]);
  const key = decoded(encodedKey);
  if (!key || !/^\d+$/.test(size) || !DATE.test(date))
    throw new UserFault(`a line of the inventory has not the fields of its manifest: ${line.slice(0, 200)}`);
  return [{ key, encodedKey, size: Number(size), modifiedAt: Date.parse(date), eTag }];
}

/** Returns undefined if it is not encoded. */
function decoded(encodedKey: string): string | undefined {
  try {
    return toKey(encodedKey);
  } catch {
    return undefined;
  }
}

/** Fields are in double quotes and have no line breaks, since keys are encoded: the part of CSV that S3 writes. */
function toFields(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,"\r]*))/g)].map(([, quoted, plain = ""]) =>
    quoted === undefined ? plain : quoted.replaceAll('""', '"'),
  );
}
