/** A random sample of a stream of unknown length, each item with the same chance (reservoir sampling, Vitter's algorithm R). */
export interface Sample<Item> {
  add(item: Item): void;
  items(): readonly Item[];
}

/** @param random from 0 up to, but not, 1 */
export function sampleOf<Item>(size: number, random: () => number): Sample<Item> {
  const kept: Item[] = [];
  let seen = 0;
  return {
    add(item) {
      seen++;
      if (kept.length < size) kept.push(item);
      else {
        const place = Math.floor(random() * seen);
        if (place < size) kept[place] = item;
      }
    },
    items: () => kept,
  };
}
