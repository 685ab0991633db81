import { resolve } from "node:path";
import { pipelineFor } from "@image-pipeline/schema/config";
import { loadPipelines } from "@image-pipeline/schema/load";
import { writeLines } from "@image-pipeline/schema/plain-text";
import { toolchainNotice } from "@image-pipeline/schema/toolchains";
import { findHandlerZips } from "./handler-zips.ts";
import { DEFAULT_ENVIRONMENT, toNames } from "./names.ts";
import { exitOnFault } from "./synth-fault.ts";
import { synthesise, toSummary } from "./synthesise.ts";
import { toolchain } from "./toolchain.ts";

/** The folder of `cdktf.json`, to which a relative `CDKTF_OUTDIR` refers. */
const ROOT = resolve(import.meta.dirname, "../../..");

async function main(variables: NodeJS.ProcessEnv) {
  const { PIPELINE_ENVIRONMENT, PIPELINE_STATE_BUCKET, PIPELINE_STATE_REGION, CDKTF_OUTDIR } = variables;
  // The standard variable of reproducible builds (reproducible-builds.org/docs/source-date-epoch), in seconds.
  const { SOURCE_DATE_EPOCH } = variables;
  const now = SOURCE_DATE_EPOCH ? new Date(Number(SOURCE_DATE_EPOCH) * 1000) : new Date();
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
    ...toolchainNotice(toolchain, now),
    `For another environment, set PIPELINE_ENVIRONMENT (${[...pipelines.keys()].join(", ")}).`,
  ];
  writeLines(process.stdout, summary);
}

main(process.env).catch(exitOnFault);
