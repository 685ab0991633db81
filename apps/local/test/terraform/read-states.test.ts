import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readStates } from "../../src/terraform/read-states.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const FUNCTION = {
  function_name: "worker",
  arn: "arn:aws:lambda:eu-west-1:123456789012:function:worker",
  role: "arn:aws:iam::123456789012:role/worker",
  filename: "assets/lambda.zip",
  handler: "index.handler",
  runtime: "nodejs22.x",
  timeout: 60,
  memory_size: 512,
  reserved_concurrent_executions: -1,
  environment: [{ variables: { A: "b" } }],
  dead_letter_config: [],
  some_attribute_of_the_provider: null,
};
const QUEUE = {
  name: "work",
  arn: "arn:aws:sqs:eu-west-1:123456789012:work",
  url: "http://127.0.0.1:1/123456789012/work",
  visibility_timeout_seconds: 360,
  redrive_policy: "",
};
const MAPPING = {
  event_source_arn: QUEUE.arn,
  function_name: FUNCTION.arn,
  enabled: true,
  batch_size: 1,
  function_response_types: ["ReportBatchItemFailures"],
  scaling_config: [{ maximum_concurrency: 10 }],
};

function writeState(resources: [type: string, values: object][], mode = "managed"): string {
  const path = join(temporaryFolder(), "state.json");
  const listed = resources.map(([type, values]) => ({ mode, type, address: `${type}.It`, values }));
  writeFileSync(path, JSON.stringify({ values: { root_module: { resources: listed } } }));
  return path;
}

describe("readStates", () => {
  it("reads deployed resources with the values of the provider", () => {
    const path = writeState([
      ["aws_lambda_function", FUNCTION],
      ["aws_sqs_queue", QUEUE],
      ["aws_lambda_event_source_mapping", MAPPING],
    ]);
    expect(readStates([path])).toMatchObject({
      region: "eu-west-1",
      queues: [{ name: "work", url: QUEUE.url, redrive: null }],
      functions: [
        {
          name: "worker",
          zipPath: join(path, "../assets/lambda.zip"),
          environment: { A: "b" },
          reservedConcurrency: null,
        },
      ],
      mappings: [{ functionName: "worker", maximumConcurrency: 10 }],
    });
  });

  it("combines the states of several stacks", () => {
    const core = writeState([["aws_lambda_function", FUNCTION]]);
    const notification = {
      bucket: "uploads",
      lambda_function: [
        {
          id: "n",
          lambda_function_arn: FUNCTION.arn,
          events: ["s3:ObjectCreated:*", "s3:LifecycleExpiration:*"],
          filter_prefix: "",
          filter_suffix: "",
        },
      ],
    };
    const other = writeState([["aws_s3_bucket_notification", notification]]);
    expect(readStates([core, other]).notifications).toMatchObject([
      { bucket: "uploads", functionName: "worker", prefix: "" },
    ]);
  });

  it("ignores a disabled mapping and data sources", () => {
    const core = writeState([
      ["aws_lambda_function", FUNCTION],
      ["aws_lambda_event_source_mapping", { ...MAPPING, enabled: false }],
    ]);
    const data = writeState([["aws_sqs_queue", QUEUE]], "data");
    expect(readStates([core, data])).toMatchObject({ mappings: [], queues: [] });
  });

  it("names a file that is not a state", () => {
    const path = join(temporaryFolder(), "state.json");
    writeFileSync(path, "{}");
    expect(() => readStates([path])).toThrow(
      `${path} cannot be read as a state: not the output of terraform show -json`,
    );
  });
});
