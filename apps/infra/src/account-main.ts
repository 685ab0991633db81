import { resolve } from "node:path";
import { type Pipeline, pipelineFor } from "@image-pipeline/schema/config";
import { loadPipelines } from "@image-pipeline/schema/load";
import { DEFAULT_ENVIRONMENT } from "./names.ts";
import { exitOnFault } from "./synth-fault.ts";
import { synthesiseAccount, toSummary } from "./synthesise.ts";

const ROOT = resolve(import.meta.dirname, "../../..");

async function main({ PIPELINE_ENVIRONMENT, PIPELINE_STATE_BUCKET, CDKTF_OUTDIR }: NodeJS.ProcessEnv) {
  const pipelines = await loadPipelines();
  const pipeline = pipelineFor(pipelines, PIPELINE_ENVIRONMENT || DEFAULT_ENVIRONMENT);
  const account = {
    pipeline,
    environments: [...pipelines.keys()],
    existingBuckets: toExistingBuckets(pipelines),
    stateBucket: PIPELINE_STATE_BUCKET || null,
  };
  const outdir = resolve(ROOT, CDKTF_OUTDIR || "cdktf.out/account");
  const stacks = synthesiseAccount(account, outdir);
  const summary = toSummary(`the account (${pipeline.region})`, outdir, stacks);
  if (pipeline.ci.repository === null)
    summary.push("Without image-pipeline-ci: to create it, set ci.repository in pipeline.config.ts.");
  process.stdout.write(`${summary.join("\n")}\n`);
}

function toExistingBuckets(pipelines: ReadonlyMap<string, Pipeline>): Record<string, string> {
  return Object.fromEntries(
    [...pipelines].flatMap(
      ([
        environment,
        {
          uploads: { existingBucket, trigger },
        },
      ]) => (existingBucket === null || trigger === "eventbridge" ? [] : [[environment, existingBucket]]),
    ),
  );
}

main(process.env).catch(exitOnFault);
