import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { bundlePackage } from "@image-pipeline/lambda-zip";
import { UserFault } from "@image-pipeline/schema/user-fault";
import { unzipSync } from "fflate";

export type HandlerName = "ingest" | "worker";

export interface UnpackedZip {
  /** The bundle's path. */
  module: string;
  zipBytes: number;
  bundleBytes: number;
}

/**
 * Unpacks a handler's zip for this machine, as Lambda does before the first start.
 *
 * @throws {UserFault} when it has not been built
 */
export function unpackHandler(name: HandlerName): UnpackedZip {
  const zip = readZip(name);
  const folder = join(tmpdir(), `image-pipeline-bench-${process.pid}`, name);
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  for (const [file, data] of Object.entries(unzipSync(zip))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), data);
  }
  const module = join(folder, "index.js");
  return { module, zipBytes: zip.length, bundleBytes: statSync(module).size };
}

/** Bundles the worker as its zip has it, but with the engine in its own process; the bundle is beside the unpacked one. */
export async function workerInOneProcess(unpacked: UnpackedZip): Promise<UnpackedZip> {
  const { files } = await bundlePackage(join(import.meta.dirname, "../../../worker"), {
    mapFolder: dirname(unpacked.module),
    alias: { "@image-pipeline/engine-process": join(import.meta.dirname, "same-process-engine.ts") },
  });
  const code = files.get("index.js")?.code ?? new Uint8Array();
  const module = join(dirname(unpacked.module), "one-process.js");
  writeFileSync(module, code);
  return { ...unpacked, module, bundleBytes: code.length };
}

/** The handler's TypeScript, as Node runs it with every package in a file of its own. */
export function handlerSource(name: HandlerName): string {
  return join(import.meta.dirname, `../../../${name}/src/handler.ts`);
}

function readZip(name: HandlerName): Buffer {
  try {
    return readFileSync(createRequire(import.meta.url).resolve(`@image-pipeline/${name}/local/lambda.zip`));
  } catch {
    throw new UserFault(`the ${name} function's zip is not built: run "npm run build"`);
  }
}
