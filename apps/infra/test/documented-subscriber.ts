import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildLambdaZip } from "@image-pipeline/lambda-zip";
import { afterAll } from "vitest";
import { type Subscribers, subscribers } from "../src/parts/subscribers.ts";

const APP = join(import.meta.dirname, "..");
const DOCUMENT = join(APP, "../../docs/subscribers.md");

/** The first block of TypeScript in `docs/subscribers.md` that holds a text. */
export function documentedCode(holding: string): string {
  const blocks = readFileSync(DOCUMENT, "utf8").matchAll(/^```ts\n(.+?)^```$/gms);
  const found = [...blocks].map(([, code = ""]) => code).find((code) => code.includes(holding));
  if (!found) throw new Error(`docs/subscribers.md has no block with "${holding}"`);
  return found;
}

/** The subscriber of `docs/subscribers.md` as it stands there, in a tree of its own beside the sources it imports. */
export async function documentedSubscriber(): Promise<{ path: string; listed: Subscribers }> {
  const tree = documentedTree();
  const entry = join(tree, "search/src/handler.ts");
  write(entry, documentedCode("handler("));
  await buildLambdaZip({ entry, outfile: join(tree, "search/dist/lambda.zip") });
  const path = join(tree, "infra/src/parts/search.ts");
  const toSources = (code: string) =>
    code
      .replaceAll('from "../', 'from "../../../../../src/')
      .replaceAll('from "./', 'from "../../../../../src/parts/');
  write(path, toSources(documentedCode("search(")));
  const { search } = await import(pathToFileURL(path).href);
  const listed: Subscribers = (deployment, places) => ({
    ...subscribers(deployment, places),
    Search: search(deployment, places),
  });
  return { path, listed };
}

/** Within the package, so that what the code imports is found. */
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
