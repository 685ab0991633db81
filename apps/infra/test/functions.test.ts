import { existsSync } from "node:fs";
import { join } from "node:path";
import { IngestEnvironment, readEnvironment, WorkerEnvironment } from "@image-pipeline/schema/environment";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { synthesise } from "../src/synthesise.ts";
import { runtime } from "../src/toolchain.ts";
import { aDeployment, SynthesisedStack, synthesised, temporaryFolder } from "./deployments.ts";

const { core } = synthesised(aDeployment());
const lambda = (part: string, stack = core) => stack.one("aws_lambda_function", `${part}/Handler/Function`);
const variablesOf = (part: string) =>
  z.object({ variables: z.record(z.string(), z.string()) }).parse(lambda(part).environment).variables;

describe.each(["Ingest", "Worker", "Backfill"] as const)("the function %s", (part) => {
  it("runs on the toolchain's Node.js and the config's CPU, traced, with its own role and log group", () => {
    expect(lambda(part)).toMatchObject({
      runtime,
      handler: "index.handler",
      architectures: ["arm64"],
      tracing_config: { mode: "Active" },
      role: core.reference("aws_iam_role", `${part}/Handler/Role`, "arn"),
      logging_config: {
        log_format: "Text",
        log_group: core.reference("aws_cloudwatch_log_group", `${part}/Handler/LogGroup`, "name"),
      },
    });
  });

  it("has the log group name that Lambda expects", () => {
    expect(core.one("aws_cloudwatch_log_group", `${part}/Handler/LogGroup`).name).toBe(
      `/aws/lambda/image-pipeline-dev-${part.toLowerCase()}`,
    );
  });

  it("has executions reserved only if the config says so", () => {
    const reserving = synthesised(aDeployment({ reserveConcurrency: true }));
    expect(lambda(part).reserved_concurrent_executions).toBeUndefined();
    expect(lambda(part, reserving.core).reserved_concurrent_executions).toBe(
      { Ingest: 20, Worker: 10, Backfill: 2 }[part],
    );
  });

  it("is deployed again whenever its zip changes, from a copy beside the stack", () => {
    const deployment = aDeployment();
    const outdir = temporaryFolder();
    synthesise(deployment, outdir);
    const folder = join(outdir, "stacks/image-pipeline-core");
    const { filename, source_code_hash } = lambda(part, new SynthesisedStack(join(folder, "cdk.tf.json")));
    expect(source_code_hash).toBe(deployment.zips[part === "Ingest" ? "ingest" : "worker"].sha256);
    expect(existsSync(join(folder, z.string().parse(filename)))).toBe(true);
  });
});

describe("the environments", () => {
  it("of ingest matches its schema", () => {
    expect(readEnvironment(IngestEnvironment, variablesOf("Ingest"))).toEqual({
      IMAGE_EVENTS_TOPIC_ARN: core.reference("aws_sns_topic", "ImageEvents/Topic", "arn"),
      TENANTS: { prefix: "", pattern: "^([^/]+)/" },
    });
  });

  it("of the worker matches its schema, with the config's presets and limits", () => {
    expect(readEnvironment(WorkerEnvironment, variablesOf("Worker"))).toMatchObject({
      UPLOAD_BUCKET: core.reference("aws_s3_bucket", "Uploads/Bucket", "bucket"),
      UPLOAD_PREFIX: "",
      PROCESSED_BUCKET: core.reference("aws_s3_bucket", "Processed/Bucket", "bucket"),
      RENDITIONS_QUEUE_URL: core.reference("aws_sqs_queue", "Renditions/Queue", "url"),
      MAX_RECEIVE_COUNT: 5,
      PRESETS: { thumb: { width: 160, fit: "cover" } },
      PRESET_RULES: [],
      LIMITS: { maxBytes: 104_857_600 },
    });
  });

  it("of the backfill lane equals the worker's, except the queue", () => {
    expect(variablesOf("Backfill")).toEqual({
      ...variablesOf("Worker"),
      RENDITIONS_QUEUE_URL: core.reference("aws_sqs_queue", "Backfill/Queue", "url"),
    });
  });

  it("contain the log level, and the allocator's limit for the worker", () => {
    expect(variablesOf("Ingest").POWERTOOLS_LOG_LEVEL).toBe("INFO");
    expect(variablesOf("Worker").MALLOC_ARENA_MAX).toBe("2");
  });
});

it.each([
  ["AsyncInvocation", undefined],
  ["LiveAsyncInvocation", core.reference("aws_lambda_alias", "Ingest/Handler/Live", "name")],
])(
  "retries an asynchronous invocation twice, then sends it with its error to the failure queue: %s",
  (id, qualifier) => {
    const config = core.one("aws_lambda_function_event_invoke_config", `Ingest/${id}`);
    expect(config.qualifier).toBe(qualifier);
    expect(config).toMatchObject({
      maximum_retry_attempts: 2,
      maximum_event_age_in_seconds: 21_600,
      destination_config: {
        on_failure: { destination: core.reference("aws_sqs_queue", "Ingest/Failures/Queue", "arn") },
      },
    });
  },
);

it("polls the backfill lane's own queue with the concurrency of the config", () => {
  const wide = synthesised(
    aDeployment({ reserveConcurrency: true, backfill: { maximumConcurrency: 7 } }),
  ).core;
  const { memory_size, timeout, reserved_concurrent_executions } = lambda("Backfill", wide);
  expect([memory_size, timeout, reserved_concurrent_executions]).toEqual([1769, 60, 7]);
  expect(wide.one("aws_lambda_event_source_mapping", "Backfill/Consumer/Mapping")).toMatchObject({
    event_source_arn: core.reference("aws_sqs_queue", "Backfill/Queue", "arn"),
    scaling_config: { maximum_concurrency: 7 },
  });
});

it("invokes the worker with one message each, up to the maximum concurrency, with partial batch responses", () => {
  expect(core.one("aws_lambda_event_source_mapping", "Worker/Consumer/Mapping")).toMatchObject({
    event_source_arn: core.reference("aws_sqs_queue", "Renditions/Queue", "arn"),
    function_name: core.reference("aws_lambda_alias", "Worker/Handler/Live", "arn"),
    batch_size: 1,
    maximum_batching_window_in_seconds: 0,
    function_response_types: ["ReportBatchItemFailures"],
    scaling_config: { maximum_concurrency: 10 },
  });
});
