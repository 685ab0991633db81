import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const DOCS = join(import.meta.dirname, "../../../../docs");
const PART = /(<!-- generated: .*? -->\n\n)([\s\S]*?)(\n\n<!-- end of the generated part -->)/;

/** Returns the text between the marks of a page in `docs/`. */
export function generatedPart(page: string): string {
  const found = PART.exec(readFileSync(join(DOCS, page), "utf8"))?.[2];
  if (found === undefined) throw new Error(`docs/${page} has no generated part`);
  return found;
}

export function writeGeneratedPart(page: string, text: string): void {
  const path = join(DOCS, page);
  const before = readFileSync(path, "utf8");
  writeFileSync(
    path,
    before.replace(PART, (_, start: string, __, end: string) => `${start}${text}${end}`),
  );
}
