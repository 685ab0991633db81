/**
 * Groups a stream. A group is full when it holds `size` items that count, or `longest` items in all.
 */
export async function* inBatches<Item>(
  items: AsyncIterable<Item>,
  { size, longest, counts }: { size: number; longest: number; counts: (item: Item) => boolean },
): AsyncGenerator<Item[]> {
  let batch: Item[] = [];
  let counted = 0;
  for await (const item of items) {
    batch.push(item);
    if (counts(item)) counted++;
    if (counted < size && batch.length < longest) continue;
    yield batch;
    batch = [];
    counted = 0;
  }
  if (batch.length > 0) yield batch;
}
