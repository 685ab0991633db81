import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { compile } from "json-schema-to-typescript";

const SCHEMAS = join(import.meta.dirname, "../schema/json-schema");
const CONTRACT = join(import.meta.dirname, "src/contract.ts");
/** The published shapes that an application reads, by the name of their type. */
const TYPES = {
  Manifest: "image-manifest.v1.json",
  ImageProcessed: "image-processed.v1.json",
  ImageRejected: "image-rejected.v1.json",
  ImageRemoved: "image-removed.v1.json",
  ImageAnalyzed: "image-analyzed.v1.json",
};

/** Returns the TypeScript of the published shapes, as `src/contract.ts` has it. */
export async function toContract(): Promise<string> {
  const parts: string[] = [];
  for (const [name, file] of Object.entries(TYPES)) {
    const schema = JSON.parse(await readFile(join(SCHEMAS, file), "utf8"));
    parts.push(
      await compile({ ...schema, title: name }, name, {
        bannerComment: "",
        unknownAny: true,
        ignoreMinAndMaxItems: true,
        additionalProperties: false,
        style: { printWidth: 110, semi: true, trailingComma: "all" },
      }),
    );
  }
  return `// Generated from packages/schema/json-schema by \`npm run generate\`.\n${parts.join("")}`;
}

if (import.meta.main) await writeFile(CONTRACT, await toContract());
