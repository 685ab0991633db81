import { resolve } from "node:path";
import { type Pipeline, pipelineFor } from "@image-pipeline/schema/config";
import { loadPipelines } from "@image-pipeline/schema/load";
import { writeLines } from "@image-pipeline/schema/plain-text";
import { inAccountOf } from "./account-deployment.ts";
import { DEFAULT_ENVIRONMENT } from "./names.ts";
import { exitOnFault } from "./synth-fault.ts";
import { synthesiseAccount, toSummary } from "./synthesise.ts";

const ROOT = resolve(import.meta.dirname, "../../..");

async function main(variables: NodeJS.ProcessEnv) {
  const { PIPELINE_ENVIRONMENT, PIPELINE_STATE_BUCKET, PIPELINE_STATE_REGION, CDKTF_OUTDIR } = variables;
  const all = await loadPipelines();
  const pipeline = pipelineFor(all, PIPELINE_ENVIRONMENT || DEFAULT_ENVIRONMENT);
  const pipelines = inAccountOf(pipeline, all);
  const account = {
    pipeline,
    environments: [...pipelines.keys()],
    regions: Object.fromEntries([...pipelines].map(([name, { region }]) => [name, region])),
    iam: Object.fromEntries([...pipelines].map(([name, { iam }]) => [name, iam])),
    existingBuckets: toExistingBuckets(pipelines),
    bridged: [...pipelines].flatMap(([name, { uploads }]) =>
      uploads.trigger === "eventbridge" ? [name] : [],
    ),
    deliveries: [...pipelines].flatMap(([environment, { delivery }]) =>
      delivery.enabled ? [{ environment, zoneId: delivery.zoneId }] : [],
    ),
    webhooks: [...pipelines].flatMap(([environment, { webhooks }]) =>
      webhooks.map(({ secretArn, secretKeyArn }) => ({ environment, secretArn, secretKeyArn })),
    ),
    stateBucket: PIPELINE_STATE_BUCKET || null,
    stateRegion: PIPELINE_STATE_REGION || undefined,
  };
  const outdir = resolve(ROOT, CDKTF_OUTDIR || "cdktf.out/account");
  const stacks = synthesiseAccount(account, outdir);
  const summary = toSummary(`the account (${account.stateRegion ?? pipeline.region})`, outdir, stacks);
  if (pipeline.ci.repository === null)
    summary.push("Without image-pipeline-ci: to create it, set ci.repository in pipeline.config.ts.");
  writeLines(process.stdout, summary);
}

function toExistingBuckets(pipelines: ReadonlyMap<string, Pipeline>): Record<string, string> {
  return Object.fromEntries(
    [...pipelines].flatMap(
      ([
        environment,
        {
          uploads: { existingBucket },
        },
      ]) => (existingBucket === null ? [] : [[environment, existingBucket]]),
    ),
  );
}

main(process.env).catch(exitOnFault);
