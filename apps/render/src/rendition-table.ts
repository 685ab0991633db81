import type { RenderedFile } from "./render-file.ts";

const HEAD = ["preset", "format", "size", "frames", "bytes", "of source", "time"];

/** A file's renditions as lines of text, the columns aligned. */
export function renditionTable({ name, bytes, facts, renditions }: RenderedFile): string {
  const rows = renditions.map((one) => [
    one.preset,
    one.format,
    `${one.width} x ${one.height}`,
    String(one.pages),
    String(one.bytes),
    `${((100 * one.bytes) / bytes).toFixed(one.bytes < bytes / 10 ? 1 : 0)} %`,
    `${one.milliseconds.toFixed(0)} ms`,
  ]);
  const all = [HEAD, ...rows];
  const widths = HEAD.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const lines = all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return `${name}: ${facts.format}, ${facts.width} x ${facts.height}, ${bytes} bytes\n${lines.map((line) => `  ${line}`).join("\n")}\n`;
}
