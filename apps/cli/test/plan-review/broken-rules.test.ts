import { expect, it } from "vitest";
import { brokenRules } from "../../src/plan-review/findings/broken-rules.ts";

const ARN = "arn:aws:lambda:us-east-1:123456789012:function:p-worker";
const QUEUE = "arn:aws:sqs:us-east-1:123456789012:p-renditions";

it.each([
  ["a function", ARN],
  ["a function's alias", `${ARN}:live`],
  ["a function by its name", "p-worker"],
])("reports a visibility timeout that is too short for %s", (_what, invoked) => {
  const unchanged = [
    {
      type: "aws_sqs_queue",
      attributes: { name: "p-renditions", arn: QUEUE, visibility_timeout_seconds: 60 },
    },
    { type: "aws_lambda_function", attributes: { function_name: "p-worker", arn: ARN, timeout: 60 } },
    {
      type: "aws_lambda_event_source_mapping",
      attributes: { event_source_arn: QUEUE, function_name: invoked },
    },
  ];
  expect(brokenRules([{ stack: "core", changes: [], unchanged }])).toMatchObject([
    { address: "p-renditions", what: expect.stringContaining("60 s must be at least 360 s") },
  ]);
});

it("reports nothing for a function whose name begins with another's", () => {
  const unchanged = [
    { type: "aws_sqs_queue", attributes: { name: "q", arn: QUEUE, visibility_timeout_seconds: 60 } },
    { type: "aws_lambda_function", attributes: { function_name: "p-worker", arn: ARN, timeout: 60 } },
    {
      type: "aws_lambda_event_source_mapping",
      attributes: { event_source_arn: QUEUE, function_name: `${ARN}-two:live` },
    },
  ];
  expect(brokenRules([{ stack: "core", changes: [], unchanged }])).toEqual([]);
});
