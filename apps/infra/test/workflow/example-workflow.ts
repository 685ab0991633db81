import { imageWorkflow } from "../../src/workflow/image-workflow.ts";

const step = (name: string) => ({
  arn: `arn:aws:lambda:us-east-1:123456789012:function:${name}`,
  timeoutSeconds: 60,
});

export const EXAMPLE_STEPS = {
  partition: "aws",
  inspect: step("inspect"),
  render: step("render"),
  publish: step("publish"),
  deadLetterQueueUrl: "https://sqs.us-east-1.amazonaws.com/123456789012/workflow-dlq",
};

/** The workflow with all its states. */
export const EXAMPLE_WORKFLOW = imageWorkflow({
  ...EXAMPLE_STEPS,
  moderation: { analyse: step("analyse"), quarantine: step("quarantine") },
});
