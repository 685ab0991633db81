import { toPlainText } from "@image-pipeline/schema/plain-text";

/** Rows as lines with aligned columns. @param right the columns that hold numbers */
export function toTable(cells: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  // Escaped before the columns are measured.
  const rows = cells.map((row) => row.map(toPlainText));
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const toCell = (cell: string, column: number) =>
    right.includes(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);
  return rows.map((row) => row.map(toCell).join("  ").trimEnd());
}
