import { toTable } from "../terminal/table.ts";
import { toSize } from "../terminal/units.ts";
import type { RenderedFile } from "./render-file.ts";

const HEAD = ["preset", "format", "pixels", "frames", "size", "of source", "time"];
const NUMBERS = [3, 4, 5, 6];

/** A file's renditions as text, with aligned columns. */
export function renditionTable({ name, bytes, facts, renditions }: RenderedFile): string[] {
  const rows = renditions.map((one) => [
    one.preset,
    one.format,
    `${one.width} x ${one.height}`,
    String(one.pages),
    toSize(one.bytes),
    `${((100 * one.bytes) / bytes).toFixed(one.bytes < bytes / 10 ? 1 : 0)} %`,
    `${one.milliseconds.toFixed(0)} ms`,
  ]);
  const lines = toTable([HEAD, ...rows], NUMBERS).map((line) => `  ${line}`);
  return [`${name}: ${facts.format}, ${facts.width} x ${facts.height}, ${toSize(bytes)}`, ...lines, ""];
}
