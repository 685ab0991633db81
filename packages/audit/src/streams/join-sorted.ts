/**
 * Walks two sorted streams side by side. Items of both are a pair; the missing side of any other pair is `undefined`.
 *
 * @param order negative when the left one comes first, zero when both belong together
 */
export async function* joinSorted<Left, Right>(
  left: AsyncIterable<Left>,
  right: AsyncIterable<Right>,
  order: (left: Left, right: Right) => number,
): AsyncGenerator<[Left, Right] | [Left, undefined] | [undefined, Right]> {
  const lefts = left[Symbol.asyncIterator]();
  const rights = right[Symbol.asyncIterator]();
  try {
    let [l, r] = await Promise.all([lefts.next(), rights.next()]);
    while (!l.done || !r.done) {
      const side = l.done ? 1 : r.done ? -1 : order(l.value, r.value);
      if (side === 0 && !l.done && !r.done) yield [l.value, r.value];
      else if (side < 0 && !l.done) yield [l.value, undefined];
      else if (!r.done) yield [undefined, r.value];
      [l, r] = await Promise.all([side <= 0 ? lefts.next() : l, side >= 0 ? rights.next() : r]);
    }
  } finally {
    await Promise.all([lefts.return?.(), rights.return?.()]);
  }
}
