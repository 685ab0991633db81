import { compareKeys } from "./in-manifest-order.ts";
import type { ListedSource, Sources } from "./ports.ts";

/**
 * The sources whose manifests come after that of a key, in the order of the sources' own keys. Those are most of the
 * sources behind the key, and some before it that the key begins with: `a` comes before `a-b`, but `a-b.json` before `a.json`.
 *
 * @param after null for every source
 */
export async function* sourcesFrom(
  sources: Pick<Sources, "list">,
  prefix: string,
  after: string | null,
): AsyncGenerator<ListedSource> {
  if (after === null) return yield* sources.list(prefix);
  for (const key of laterBeginnings(after))
    if (key.startsWith(prefix)) yield* firstOf(sources.list(key), (source) => source.key === key);
  for await (const source of sources.list(prefix, after)) if (isLater(source.key, after)) yield source;
}

/** Returns true if the manifest of `key` is listed after that of `other`. */
function isLater(key: string, other: string): boolean {
  return compareKeys(`${key}.json`, `${other}.json`) > 0;
}

/** Returns the beginnings of a key whose manifests are listed after the key's manifest, the shortest first. */
function laterBeginnings(key: string): string[] {
  const characters = [...key];
  return characters
    .map((_, length) => characters.slice(0, length).join(""))
    .filter((beginning) => beginning !== "" && isLater(beginning, key));
}

/** A key is the first of what begins with it. */
async function* firstOf<Item>(items: AsyncIterable<Item>, isIt: (item: Item) => boolean) {
  for await (const item of items) {
    if (isIt(item)) yield item;
    return;
  }
}
