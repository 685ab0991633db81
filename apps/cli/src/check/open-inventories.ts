import { statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import {
  type Inventories,
  inventoryPlace,
  type OpenInventory,
  readInventoryManifest,
} from "@image-pipeline/audit/inventory";
import { USAGE, UserFault } from "@image-pipeline/schema/user-fault";
import type { OpenPipeline } from "../connection/open-pipeline.ts";
import { toSize } from "../terminal/units.ts";

/** Bytes of temporary files for each byte of a compressed inventory. */
const EXPANSION = 4;

/**
 * Opens an inventory of each of the pipeline's buckets, given in any order.
 *
 * @throws {UserFault} when one is missing or cannot be read, or the disk is too small
 */
export async function openInventories(
  addresses: readonly string[],
  { connection: { names, accountId, s3 } }: Pick<OpenPipeline, "connection">,
): Promise<Inventories> {
  const opened = await Promise.all(
    addresses.map(async (address) => {
      const place = inventoryPlace(address, s3);
      return { place, inventory: await readInventoryManifest(place) };
    }),
  );
  const buckets = [names.uploadBucket(accountId), names.processedBucket(accountId)];
  const [sources, processed] = buckets.map((bucket) =>
    opened.find(({ inventory }) => inventory.bucket === bucket),
  );
  if (!sources || !processed || opened.length !== buckets.length)
    throw new UserFault(
      `--inventory takes two manifests, of ${buckets.join(" and of ")}; got ${opened.map(({ inventory }) => inventory.bucket).join(", ")}`,
      USAGE,
    );
  await requireSpace([sources, processed]);
  return { sources, processed };
}

async function requireSpace(opened: readonly OpenInventory[]): Promise<void> {
  const files = opened.flatMap(({ inventory }) => inventory.files);
  const needed = EXPANSION * files.reduce((sum, { bytes }) => sum + bytes, 0);
  const { bavail, bsize } = await statfs(tmpdir());
  if (bavail * bsize < needed)
    throw new UserFault(
      `the inventories need about ${toSize(needed)} of temporary files, but ${tmpdir()} has ${toSize(bavail * bsize)} left: set TMPDIR to a folder on a larger disk`,
    );
}
