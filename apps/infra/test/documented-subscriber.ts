import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildLambdaZip } from "@image-pipeline/lambda-zip";
import { afterAll } from "vitest";
import { type Subscribers, subscribers } from "../src/subscribers/subscribers.ts";

const APP = join(import.meta.dirname, "..");
const DOCUMENT = join(APP, "../../docs/subscribers.md");

/** Returns the first block of TypeScript in `docs/subscribers.md` that contains a text. */
export function documentedCode(holding: string): string {
  const blocks = readFileSync(DOCUMENT, "utf8").matchAll(/^```ts\n(.+?)^```$/gms);
  const found = [...blocks].map(([, code = ""]) => code).find((code) => code.includes(holding));
  if (!found) throw new Error(`docs/subscribers.md has no block with "${holding}"`);
  return found;
}

/** Writes the subscriber of `docs/subscribers.md` and its handler into a temporary tree, and imports it. */
export async function documentedSubscriber(): Promise<{ path: string; listed: Subscribers }> {
  const tree = documentedTree();
  const entry = join(tree, "search/src/handler.ts");
  write(entry, documentedCode("handler("));
  const zip = join(tree, "node_modules/@image-pipeline/search/lambda.zip");
  await buildLambdaZip({ entry, outfile: zip });
  write(
    join(dirname(zip), "package.json"),
    JSON.stringify({ name: "@image-pipeline/search", exports: { "./lambda.zip": "./lambda.zip" } }),
  );
  const path = join(tree, "infra/src/subscribers/search.ts");
  const toSources = (code: string) =>
    code
      .replaceAll('from "../', 'from "../../../../../src/')
      .replaceAll('from "./', 'from "../../../../../src/subscribers/');
  write(path, toSources(documentedCode("search(")));
  const { search } = await import(pathToFileURL(path).href);
  const listed: Subscribers = (deployment, resources) => ({
    ...subscribers(deployment, resources),
    Search: search(deployment, resources),
  });
  return { path, listed };
}

/** Creates a folder in the package, so that imports resolve. */
function documentedTree(): string {
  const parent = join(APP, "dist-test");
  mkdirSync(parent, { recursive: true });
  const tree = mkdtempSync(join(parent, "documented-"));
  afterAll(() => rmSync(tree, { recursive: true, force: true }));
  return tree;
}

function write(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
