import { resolve } from "node:path";
import { pipelineFor } from "@image-pipeline/schema/config";
import { loadPipelines } from "@image-pipeline/schema/load";
import { findHandlerZips } from "./handler-zips.ts";
import { DEFAULT_ENVIRONMENT, toNames } from "./names.ts";
import { exitOnFault } from "./synth-fault.ts";
import { synthesise } from "./synthesise.ts";

/** The folder of `cdktf.json`: what a relative `CDKTF_OUTDIR` starts from, whichever folder a script runs in. */
const ROOT = resolve(import.meta.dirname, "../../..");

async function main({ PIPELINE_ENVIRONMENT, PIPELINE_STATE_BUCKET, CDKTF_OUTDIR }: NodeJS.ProcessEnv) {
  const pipelines = await loadPipelines();
  const pipeline = pipelineFor(pipelines, PIPELINE_ENVIRONMENT || DEFAULT_ENVIRONMENT);
  const deployment = {
    pipeline,
    names: toNames(pipeline),
    zips: findHandlerZips(pipeline),
    stateBucket: PIPELINE_STATE_BUCKET || null,
  };
  synthesise(deployment, resolve(ROOT, CDKTF_OUTDIR || "cdktf.out"));
}

main(process.env).catch(exitOnFault);
