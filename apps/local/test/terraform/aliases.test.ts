import { describe, expect, it } from "vitest";
import { readStacks } from "../../src/terraform/read-stacks.ts";
import { toFunctionName } from "../../src/topology/topology.ts";
import { NOTIFICATIONS, PIPELINE, ref, writeStacks } from "../stack-factory.ts";

const ENDPOINT = "http://127.0.0.1:4566";
const ALIAS = ref("aws_lambda_alias.Live.arn");
const withAlias = {
  ...PIPELINE,
  aws_lambda_function: { Worker: { ...PIPELINE.aws_lambda_function?.Worker, publish: true } },
  aws_lambda_alias: {
    Live: {
      name: "live",
      description: "any",
      function_name: ref("aws_lambda_function.Worker.function_name"),
      function_version: ref("aws_lambda_function.Worker.version"),
    },
  },
  aws_lambda_event_source_mapping: {
    Mapping: { event_source_arn: ref("aws_sqs_queue.Work.arn"), function_name: ALIAS },
  },
};

/** The notification of another stack, which knows the function by a name that ends in this qualifier. */
function notifying(qualifier: string) {
  const text = JSON.stringify(NOTIFICATIONS).replace(":function:worker", `:function:worker:${qualifier}`);
  return JSON.parse(text);
}

describe("readStacks", () => {
  it("connects mappings, notifications and schedules of an alias with its function", () => {
    const core = {
      ...withAlias,
      aws_cloudwatch_event_rule: { Daily: { name: "daily", schedule_expression: "rate(1 day)" } },
      aws_cloudwatch_event_target: { Daily: { rule: "daily", target_id: "it", arn: ALIAS } },
    };
    const topology = readStacks(writeStacks({ core, notifications: notifying("live") }), ENDPOINT);
    expect(topology.functions.map(({ name }) => name)).toEqual(["worker"]);
    expect(topology.mappings).toMatchObject([{ functionName: "worker" }]);
    expect(topology.notifications).toMatchObject([{ functionName: "worker" }]);
    expect(topology.schedules).toEqual([{ functionName: "worker" }]);
  });

  it.each([
    ref("aws_lambda_function.Worker.qualified_arn"),
    `${ref("aws_lambda_function.Worker.arn")}:$LATEST`,
  ])("connects a mapping of a version with its function: %s", (functionName) => {
    const Mapping = { event_source_arn: ref("aws_sqs_queue.Work.arn"), function_name: functionName };
    const core = { ...withAlias, aws_lambda_event_source_mapping: { Mapping } };
    expect(readStacks(writeStacks({ core }), ENDPOINT).mappings).toMatchObject([{ functionName: "worker" }]);
  });

  it("refuses an alias that no stack defines", () => {
    const folder = writeStacks({ core: withAlias, notifications: notifying("lvie") });
    expect(() => readStacks(folder, ENDPOINT)).toThrow(
      /aws_s3_bucket_notification\.Notification refers to the function \S+:worker:lvie, but no stack defines it/,
    );
  });

  it("refuses an alias with two versions", () => {
    const routing_config = { additional_version_weights: { 2: 0.1 } };
    const Live = { ...withAlias.aws_lambda_alias.Live, routing_config };
    const folder = writeStacks({ core: { ...withAlias, aws_lambda_alias: { Live } } });
    expect(() => readStacks(folder, ENDPOINT)).toThrow(
      "aws_lambda_alias.Live: routing_config: only one version runs here",
    );
  });

  it("prefers the alias's settings of asynchronous invocations to those of the function", () => {
    const own = { function_name: ref("aws_lambda_function.Worker.function_name") };
    const core = {
      ...withAlias,
      aws_lambda_function_event_invoke_config: {
        Own: { ...own, maximum_retry_attempts: 2 },
        Live: { ...own, qualifier: ref("aws_lambda_alias.Live.name"), maximum_retry_attempts: 1 },
      },
    };
    const [worker] = readStacks(writeStacks({ core }), ENDPOINT).functions;
    expect(worker?.asynchronous.maximumRetryAttempts).toBe(1);
  });
});

it.each([
  ["a-worker", "a-worker"],
  ["a-worker:live", "a-worker"],
  ["arn:aws:lambda:us-east-1:000000000000:function:a-worker", "a-worker"],
  ["arn:aws:lambda:us-east-1:000000000000:function:a-worker:live", "a-worker"],
  ["arn:aws:lambda:us-east-1:000000000000:function:a-worker:$LATEST", "a-worker"],
])("toFunctionName finds the name in %s", (named, name) => {
  expect(toFunctionName(named)).toBe(name);
});
