/** Levels of elements in each other, as many as libxml2 reads, and so the browsers with it. */
export const MAX_LEVELS = 256;

/** One element of a document, as far as it is drawn. */
export interface DrawnElement {
  children: DrawnElement[];
  /** The ids of the elements that are drawn in its place or with it: symbols, patterns, masks, markers and others. */
  references: string[];
}

/** Elements beneath an element and itself, with each that is referred to as often as it is: its count, and its levels. */
interface Count {
  elements: number;
  levels: number;
}

/**
 * Counts the elements that are drawn, a referred one as often as it is referred to: ten levels of `use`, of ten elements each, draw
 * ten thousand million. An element that refers to itself counts once, as it is drawn.
 *
 * @returns infinite levels if there are more than `MAX_LEVELS`
 */
export function countDrawn(root: DrawnElement, byId: ReadonlyMap<string, DrawnElement>): Count {
  const known = new Map<DrawnElement, Count | undefined>();
  const count = (element: DrawnElement, level: number): Count => {
    if (level > MAX_LEVELS) return { elements: 1, levels: Number.POSITIVE_INFINITY };
    if (known.has(element)) return known.get(element) ?? { elements: 0, levels: 0 };
    known.set(element, undefined);
    const total = { elements: 1, levels: 1 };
    const referred = element.references.flatMap((id) => byId.get(id) ?? []);
    for (const below of [...element.children, ...referred]) {
      const { elements, levels } = count(below, level + 1);
      total.elements += elements;
      total.levels = Math.max(total.levels, 1 + levels);
    }
    known.set(element, total);
    return total;
  };
  return count(root, 1);
}
