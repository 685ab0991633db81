/** Prints the idle cost of an environment as JSON, US dollars a month by part, for `npx pipeline cost`. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipelineFor } from "@image-pipeline/schema/config";
import { loadPipelines } from "@image-pipeline/schema/load";
import { toJsonLine, writeLines } from "@image-pipeline/schema/plain-text";
import { findHandlerZips } from "./handler-zips.ts";
import { DEFAULT_ENVIRONMENT, toNames } from "./names.ts";
import { exitOnFault } from "./synth-fault.ts";
import { synthesise } from "./synthesise.ts";

async function main({ PIPELINE_ENVIRONMENT }: NodeJS.ProcessEnv) {
  const pipeline = pipelineFor(await loadPipelines(), PIPELINE_ENVIRONMENT || DEFAULT_ENVIRONMENT);
  const folder = mkdtempSync(join(tmpdir(), "image-pipeline-idle-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const zips = findHandlerZips(pipeline);
  const { idle } = synthesise({ pipeline, names: toNames(pipeline), zips, stateBucket: null }, folder);
  writeLines(process.stdout, [toJsonLine(idle)]);
}

main(process.env).catch(exitOnFault);
