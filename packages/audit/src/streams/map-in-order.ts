/**
 * Maps with up to so many under way at once, and yields in the order they came in: no more than that is ever held.
 *
 * @throws the error of `map`, in the place of its result
 */
export async function* mapInOrder<In, Out>(
  items: AsyncIterable<In>,
  width: number,
  map: (item: In) => Promise<Out>,
): AsyncGenerator<Out> {
  const underWay: Promise<Out>[] = [];
  for await (const item of items) {
    const result = map(item);
    result.catch(() => "reported when it is awaited");
    underWay.push(result);
    if (underWay.length < width) continue;
    for (const first of underWay.splice(0, 1)) yield await first;
  }
  for (const result of underWay) yield await result;
}
