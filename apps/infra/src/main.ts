import { resolve } from "node:path";
import { pipelineFor } from "@image-pipeline/schema/config";
import { loadPipelines } from "@image-pipeline/schema/load";
import { writeLines } from "@image-pipeline/schema/plain-text";
import { findHandlerZips } from "./handler-zips.ts";
import { DEFAULT_ENVIRONMENT, toNames } from "./names.ts";
import { exitOnFault } from "./synth-fault.ts";
import { synthesise, toSummary } from "./synthesise.ts";

/** The folder of `cdktf.json`, to which a relative `CDKTF_OUTDIR` refers. */
const ROOT = resolve(import.meta.dirname, "../../..");

async function main(variables: NodeJS.ProcessEnv) {
  const { PIPELINE_ENVIRONMENT, PIPELINE_STATE_BUCKET, PIPELINE_STATE_REGION, CDKTF_OUTDIR } = variables;
  const pipelines = await loadPipelines();
  const pipeline = pipelineFor(pipelines, PIPELINE_ENVIRONMENT || DEFAULT_ENVIRONMENT);
  const deployment = {
    pipeline,
    names: toNames(pipeline),
    zips: findHandlerZips(pipeline),
    stateBucket: PIPELINE_STATE_BUCKET || null,
    stateRegion: PIPELINE_STATE_REGION || undefined,
  };
  const outdir = resolve(ROOT, CDKTF_OUTDIR || "cdktf.out");
  const { stacks, notes } = synthesise(deployment, outdir);
  const { environment, region } = pipeline;
  const summary = [
    ...toSummary(`environment "${environment}" (${region})`, outdir, stacks),
    ...notes,
    `For another environment, set PIPELINE_ENVIRONMENT (${[...pipelines.keys()].join(", ")}).`,
  ];
  writeLines(process.stdout, summary);
}

main(process.env).catch(exitOnFault);
