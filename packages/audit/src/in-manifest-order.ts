import { toManifestKey } from "@image-pipeline/schema/keys";

/** Compares keys by their UTF-8 bytes, as S3 lists them; JavaScript's strings have another order. */
export function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/**
 * Brings sources, as S3 lists them, into the order in which S3 lists their manifests: `a` comes before `a-b`, but
 * `a-b.json` before `a.json`. A source is only held back while keys that begin with its own may follow, so that next
 * to nothing is ever held.
 */
export async function* inManifestOrder<Item extends { key: string }>(
  bucket: string,
  sources: AsyncIterable<Item>,
): AsyncGenerator<Item & { manifestKey: string }> {
  const held: (Item & { manifestKey: string })[] = [];
  for await (const source of sources) {
    const manifestKey = toManifestKey(bucket, source.key);
    const later = held.findIndex((item) => compareKeys(item.manifestKey, manifestKey) > 0);
    yield* held.splice(0, later < 0 ? held.length : later);
    held.unshift({ ...source, manifestKey });
  }
  yield* held;
}
