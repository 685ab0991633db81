import { AuditEnvironment, readEnvironment } from "@image-pipeline/schema/environment";
import { expect, it } from "vitest";
import { z } from "zod";
import { aDeployment, synthesised } from "./deployments.ts";

const uploads = { prefix: "photos/", suffixes: [".jpg"] };
const { core } = synthesised(aDeployment({ uploads, audit: { intervalHours: 6 } }));
const lambda = core.one("aws_lambda_function", "Audit/Handler/Function");

it("is invoked by a schedule alone, as often as the config says", () => {
  expect(core.one("aws_cloudwatch_event_rule", "Audit/Schedule").schedule_expression).toBe("rate(6 hours)");
  const hourly = synthesised(aDeployment({ audit: { intervalHours: 1 } })).core;
  expect(hourly.one("aws_cloudwatch_event_rule", "Audit/Schedule").schedule_expression).toBe("rate(1 hour)");
  expect(core.one("aws_cloudwatch_event_target", "Audit/Target")).toMatchObject({
    rule: core.reference("aws_cloudwatch_event_rule", "Audit/Schedule", "name"),
    arn: core.reference("aws_lambda_alias", "Audit/Handler/Live", "arn"),
  });
  expect(core.one("aws_lambda_permission", "Audit/InvokeAudit")).toMatchObject({
    principal: "events.amazonaws.com",
    source_arn: core.reference("aws_cloudwatch_event_rule", "Audit/Schedule", "arn"),
  });
});

it("runs for as long as Lambda lets it, and one at a time if the config reserves executions", () => {
  const reserving = synthesised(aDeployment({ reserveConcurrency: true })).core;
  const one = reserving.one("aws_lambda_function", "Audit/Handler/Function");
  expect([lambda.timeout, one.reserved_concurrent_executions]).toEqual([900, 1]);
});

it("has an environment that it reads", () => {
  const { variables } = z.object({ variables: z.record(z.string(), z.string()) }).parse(lambda.environment);
  expect(readEnvironment(AuditEnvironment, variables)).toEqual({
    UPLOAD_BUCKET: core.reference("aws_s3_bucket", "Uploads/Bucket", "bucket"),
    PROCESSED_BUCKET: core.reference("aws_s3_bucket", "Processed/Bucket", "bucket"),
    KEYS: uploads,
    SUPERSEDED_DAYS: 7,
    MAX_IMAGES: 50_000,
  });
});

it("keeps a run that failed for good, with its error and bare", () => {
  const queue = (name: string) => core.reference("aws_sqs_queue", `Audit/${name}/Queue`, "arn");
  expect(core.one("aws_lambda_function_event_invoke_config", "Audit/AsyncInvocation")).toMatchObject({
    maximum_retry_attempts: 2,
    destination_config: { on_failure: { destination: queue("Failures") } },
  });
  expect(lambda.dead_letter_config).toEqual({ target_arn: queue("DeadLetters") });
});
