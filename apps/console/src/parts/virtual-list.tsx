import { observeWindowOffset, observeWindowRect, Virtualizer, windowScroll } from "@tanstack/virtual-core";
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";

export interface VirtualListProps {
  label: string;
  count: number;
  /** In pixels. */
  rowHeight: number;
  row(index: number): ComponentChildren;
  /** Called when the end is near, to load more. */
  onEnd?(): void;
}

const OVERSCAN = 6;

/** A list of any length that scrolls with the page: only the rows on the screen, and a few around them, exist. */
export function VirtualList({ label, count, rowHeight, row, onEnd }: VirtualListProps) {
  const [, render] = useReducer((renders: number) => renders + 1, 0);
  const list = useRef<HTMLUListElement>(null);
  const [virtualizer] = useState(() => new Virtualizer<Window, Element>(optionsOf({ count, rowHeight })));
  function optionsOf({ count, rowHeight }: Pick<VirtualListProps, "count" | "rowHeight">) {
    return {
      count,
      estimateSize: () => rowHeight,
      overscan: OVERSCAN,
      scrollMargin: list.current?.offsetTop ?? 0,
      getScrollElement: () => window,
      observeElementRect: observeWindowRect,
      observeElementOffset: observeWindowOffset,
      scrollToFn: windowScroll,
      initialRect: { width: window.innerWidth, height: window.innerHeight },
      onChange: () => render(undefined),
    };
  }
  virtualizer.setOptions(optionsOf({ count, rowHeight }));
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());
  useEffect(() => virtualizer.measure(), [virtualizer, rowHeight]);

  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (last >= count - 1 - OVERSCAN) onEnd?.();
  }, [last, count, onEnd]);
  return (
    <ul ref={list} class="virtual" aria-label={label} style={{ height: virtualizer.getTotalSize() }}>
      {items.map(({ index, start }) => (
        <li
          key={index}
          class="virtual-row"
          aria-posinset={index + 1}
          aria-setsize={count}
          style={{
            height: rowHeight,
            transform: `translateY(${start - virtualizer.options.scrollMargin}px)`,
          }}
        >
          {row(index)}
        </li>
      ))}
    </ul>
  );
}
