/** Levels of elements in each other, as many as libxml2 reads, and so the browsers with it. */
export const MAX_LEVELS = 256;

/** One element of a document, as far as it is drawn. */
export interface DrawnElement {
  children: DrawnElement[];
  /** The references to the elements that are drawn in its place or with it: symbols, patterns, masks, markers and others. */
  references: string[];
}

/** Elements beneath an element and itself, with each that is referred to as often as it is: its count, and its levels. */
interface Count {
  elements: number;
  levels: number;
}

/**
 * Counts the elements that are drawn, a referred one as often as it is referred to: ten levels of `use`, of ten elements each, draw
 * ten thousand million. An element that refers to itself counts once more. The count ends at the first element that is not accepted.
 */
export function countDrawn(
  root: DrawnElement,
  drawnBy: ReadonlyMap<string, DrawnElement>,
  accepted: number,
): Count {
  const total = { elements: 0, levels: 0 };
  const known = new Map<DrawnElement, readonly DrawnElement[]>();
  const open = new Set<DrawnElement>();
  const count = (element: DrawnElement) => {
    total.elements++;
    if (open.has(element) || total.elements > accepted || total.levels > MAX_LEVELS) return;
    open.add(element);
    total.levels = Math.max(total.levels, open.size);
    const below = known.get(element) ?? belowOf(element, drawnBy);
    known.set(element, below);
    below.forEach(count);
    open.delete(element);
  };
  count(root);
  return total;
}

function belowOf({ children, references }: DrawnElement, drawnBy: ReadonlyMap<string, DrawnElement>) {
  return [...children, ...references.flatMap((reference) => drawnBy.get(reference) ?? [])];
}
