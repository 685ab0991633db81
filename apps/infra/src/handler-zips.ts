import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Pipeline } from "@image-pipeline/schema/config";
import { fileHash, filesOf } from "@image-pipeline/schema/load";
import { unzipSync } from "fflate";
import { SynthFault } from "./synth-fault.ts";

/** A built handler; `sha256` is in base64, as Lambda reports it. */
export interface HandlerZip {
  path: string;
  sha256: string;
}
export interface HandlerZips {
  audit: HandlerZip;
  ingest: HandlerZip;
  worker: HandlerZip;
  analyzer: HandlerZip;
  resolver: HandlerZip;
  invalidator: HandlerZip;
  budget: HandlerZip;
  webhook: HandlerZip;
}

/**
 * Returns the zips of all handlers by their packages' exports; for `local`, those with this machine's binaries.
 *
 * @throws {SynthFault} if one is missing, is not a zip, or contains binaries for another CPU than the functions'
 */
export function findHandlerZips(pipeline: Pipeline): HandlerZips {
  const { environment, architecture } = pipeline;
  const file = environment === "local" ? "local/lambda.zip" : "lambda.zip";
  const zips = {
    audit: readHandlerZip(toPath(`@image-pipeline/auditor/${file}`), architecture),
    ingest: readHandlerZip(toPath(`@image-pipeline/ingest/${file}`), architecture),
    worker: readHandlerZip(toPath(`@image-pipeline/worker/${file}`), architecture),
    analyzer: readHandlerZip(toPath(`@image-pipeline/analyzer/${file}`), architecture),
    resolver: readHandlerZip(toPath(`@image-pipeline/resolver/${file}`), architecture),
    webhook: readHandlerZip(toPath(`@image-pipeline/webhook/${file}`), architecture),
    budget: readHandlerZip(toPath(`@image-pipeline/budget/${file}`), architecture),
    invalidator: readHandlerZip(toPath(`@image-pipeline/invalidator/${file}`), architecture),
  };
  requireConfigFiles(zips.worker.path, pipeline);
  return zips;
}

/** @throws {SynthFault} if a zip lacks a logo or font of the config, or has one that was changed since it was built */
export function requireConfigFiles(path: string, pipeline: Pick<Pipeline, "presets">): void {
  const wanted = new Map(filesOf(pipeline).map((file) => [file.path, file.hash]));
  if (wanted.size === 0) return;
  const files = unzipSync(readZip(path), { filter: ({ name }) => wanted.has(name) });
  const wrong = [...wanted].find(([name, hash]) => {
    const file = files[name];
    return !file || fileHash(file) !== hash;
  });
  if (wrong)
    throw new SynthFault(
      `${path} has another ${wrong[0]} than the config, or none: build it again with "npm run build"`,
    );
}

/** Returns a zip with its hash. @throws {SynthFault} as `findHandlerZips` */
export function readHandlerZip(path: string, architecture: Pipeline["architecture"]): HandlerZip {
  const bytes = readZip(path);
  const entries = entriesOf(path, bytes);
  if (!entries.includes("index.js"))
    throw new SynthFault(`${path} has no index.js: build it again with "npm run build"`);
  const foreign = foreignCpus(entries, architecture);
  if (foreign.length > 0)
    throw new SynthFault(
      `${path} contains sharp for ${foreign.join(" and ")}, but pipeline.config.ts sets architecture ${architecture}: build it again with "npm run build"`,
    );
  return { path, sha256: createHash("sha256").update(bytes).digest("base64") };
}

function toPath(specifier: string): string {
  return fileURLToPath(import.meta.resolve(specifier));
}

function readZip(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    const handler = basename(dirname(path)) === "local" ? "local handler" : "handler";
    throw new SynthFault(`the ${handler}'s zip ${path} is missing: build it with "npm run build"`);
  }
}

/** Returns the names in a zip's directory without unpacking it. */
function entriesOf(path: string, bytes: Buffer): string[] {
  const names: string[] = [];
  try {
    unzipSync(bytes, { filter: ({ name }) => names.push(name) < 0 });
  } catch {
    throw new SynthFault(`${path} is not a zip: build it again with "npm run build"`);
  }
  return names;
}

/** Returns the CPUs, by npm's names, of sharp binaries that cannot run on the architecture. */
function foreignCpus(entries: string[], architecture: Pipeline["architecture"]): string[] {
  const wanted = architecture === "arm64" ? "arm64" : "x64";
  const cpus = entries.flatMap((name) => /^node_modules\/@img\/sharp-\w+-(\w+)\//.exec(name)?.[1] ?? []);
  return [...new Set(cpus)].filter((cpu) => cpu !== wanted);
}
