import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { expect, it } from "vitest";

const SOURCE = join(import.meta.dirname, "../src");

/** The folders of `src`, and the files directly in it, from the lowest to the highest: a line imports only from lines above it. */
const LAYERS: readonly (readonly string[])[] = [
  ["clock.ts", "running-runtimes.ts"],
  ["net", "topology"],
  ["services", "terraform", "queues"],
  ["lambda-host", "rekognition", "s3-proxy", "tracking", "webhook"],
  ["workflow", "edge"],
  ["delivery"],
  ["server.ts", "pipeline-queues.ts"],
  ["local-pipeline.ts"],
  ["cli"],
  ["attach", "start.ts"],
  ["attach.ts", "index.ts"],
];

/** The folder, or the file, of `src` that a path is in. */
function partOf(path: string): string {
  return relative(SOURCE, path).split(sep)[0] ?? "";
}

interface Import {
  from: string;
  to: string;
}

/** Every relative import of every source file, as paths. */
const IMPORTS: readonly Import[] = readdirSync(SOURCE, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => join(SOURCE, name))
  .flatMap((from) =>
    [...readFileSync(from, "utf8").matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)].map(([, target = ""]) => ({
      from,
      to: resolve(dirname(from), target),
    })),
  );

const layerOf = (path: string) => LAYERS.findIndex((parts) => parts.includes(partOf(path)));

it("has a layer for each folder and file of src", () => {
  const parts = new Set(IMPORTS.flatMap(({ from, to }) => [partOf(from), partOf(to)]));
  expect(LAYERS.flat().toSorted()).toEqual([...parts].toSorted());
});

it("imports from other folders only if they are in a lower layer", () => {
  const upward = IMPORTS.filter(
    ({ from, to }) => partOf(from) !== partOf(to) && layerOf(to) >= layerOf(from),
  );
  expect(upward).toEqual([]);
});
