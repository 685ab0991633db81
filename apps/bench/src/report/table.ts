/** A row of a report: a name, then its figures as they are to be shown. */
export type Row = readonly [name: string, ...figures: string[]];

/** Lines of text with the columns aligned, names to the left and figures to the right. */
export function toTable(head: Row, rows: readonly Row[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  const line = (row: Row) =>
    widths
      .map((width, column) =>
        column === 0 ? (row[0] ?? "").padEnd(width) : (row[column] ?? "").padStart(width),
      )
      .join("  ")
      .trimEnd();
  return [line(head), widths.map((width) => "-".repeat(width)).join("  "), ...rows.map(line)].join("\n");
}

export function toMilliseconds(value: number): string {
  return `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}

/** How many times, such as `1.93x`. */
export function toFactor(value: number): string {
  return `${value.toFixed(2)}x`;
}
