import { S3Client } from "@aws-sdk/client-s3";
import { inventoryImages, inventoryPlace, readInventoryManifest } from "@image-pipeline/audit/inventory";

/** Counts the images of two inventories; a test runs it with a small heap. */
const s3 = new S3Client({ region: "us-east-1" });
const [sources, processed] = await Promise.all(
  process.argv.slice(2).map(async (path) => {
    const place = inventoryPlace(path, s3);
    return { inventory: await readInventoryManifest(place), place };
  }),
);
if (!sources || !processed) throw new Error("usage: count-images.ts MANIFEST MANIFEST");
let [images, objects] = [0, 0];
const { signal } = new AbortController();
const options = { prefix: "", signal, onRead: () => undefined };
for await (const image of inventoryImages({ sources, processed }, options)) {
  images++;
  objects += image.manifestKeys.length + image.renditions.length + (image.source ? 1 : 0);
}
process.stdout.write(JSON.stringify({ images, objects }));
