import type { ComponentChildren } from "preact";

export interface Row {
  key: string;
  cells: readonly ComponentChildren[];
}

/** A table of up to some hundred rows; longer lists are virtual (`virtual-list.tsx`). */
export function Table({
  caption,
  columns,
  numeric = [],
  rows,
}: {
  caption: string;
  columns: readonly string[];
  /** Indexes of the columns that are aligned to the right. */
  numeric?: readonly number[];
  rows: readonly Row[];
}) {
  const classOf = (index: number) => (numeric.includes(index) ? "number" : undefined);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: an area that scrolls must be reachable by keyboard
    <section class="table" aria-label={caption} tabIndex={0}>
      <table>
        <caption class="hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column, index) => (
              <th scope="col" key={column} class={classOf(index)}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells }) => (
            <tr key={key}>
              {cells.map((cell, index) => (
                <td key={index} class={classOf(index)}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
