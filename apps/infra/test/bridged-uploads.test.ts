import { describe, expect, it } from "vitest";
import { uploadsPattern } from "../src/stacks/bridged-uploads.ts";
import { toNotes } from "../src/synth-notes.ts";
import { aDeployment, synthesised } from "./deployments.ts";

const account = `\${data.aws_caller_identity.Account.account_id}`;
const OWN = aDeployment({ uploads: { trigger: "eventbridge" } });
const EXISTING = aDeployment({ uploads: { trigger: "eventbridge", existingBucket: "team-uploads" } });
const patternOf = (uploads: object) => {
  const { pipeline } = aDeployment({ uploads: { trigger: "eventbridge", ...uploads } });
  return uploadsPattern("b", pipeline.uploads);
};

describe("the rule for uploads", () => {
  it("has every upload and deletion of the bucket, expirations by a lifecycle included", () => {
    const rule = synthesised(OWN).notifications.one("aws_cloudwatch_event_rule", "Uploads/Rule");
    expect(rule).toMatchObject({ name: "image-pipeline-dev-uploads" });
    expect(JSON.parse(String(rule.event_pattern))).toEqual({
      source: ["aws.s3"],
      "detail-type": ["Object Created", "Object Deleted"],
      detail: { bucket: { name: [`image-pipeline-dev-uploads-${account}`] } },
    });
  });

  it.each([
    [{ prefix: "photos/" }, [{ prefix: "photos/" }]],
    [{ suffixes: [".jpg", ".png"] }, [{ suffix: ".jpg" }, { suffix: ".png" }]],
    [{ prefix: "a\\b/", suffixes: [".jpg"] }, [{ wildcard: "a\\\\b/*.jpg" }]],
  ])("tests keys for %j", (uploads, key) => {
    expect(patternOf(uploads).detail).toEqual({ bucket: { name: ["b"] }, object: { key } });
  });

  it("is refused if it is longer than EventBridge accepts, with what to do", () => {
    const uploads = {
      trigger: "eventbridge" as const,
      prefix: "p".repeat(500),
      suffixes: [".a1", ".b2", ".c3", ".d4"],
    };
    expect(() => synthesised(aDeployment({ uploads }))).toThrow(
      "uploads: the rule of EventBridge for the prefix and 4 suffixes is longer than 2048 characters, its default quota: use fewer suffixes, or a shorter prefix",
    );
  });

  it("retries for a day, then keeps the event in ingest's DLQ, and invokes nothing before it is permitted", () => {
    const { notifications } = synthesised(OWN);
    expect(notifications.one("aws_cloudwatch_event_target", "Uploads/Target")).toMatchObject({
      arn: `arn:aws:lambda:us-east-1:${account}:function:image-pipeline-dev-ingest:live`,
      retry_policy: { maximum_event_age_in_seconds: 86_400, maximum_retry_attempts: 185 },
      dead_letter_config: { arn: `arn:aws:sqs:us-east-1:${account}:image-pipeline-dev-ingest-dlq` },
      depends_on: [expect.stringMatching(/^aws_lambda_permission\.Uploads_InvokeIngest/)],
    });
    expect(notifications.one("aws_lambda_permission", "Uploads/InvokeIngest")).toMatchObject({
      principal: "events.amazonaws.com",
      source_arn: notifications.reference("aws_cloudwatch_event_rule", "Uploads/Rule", "arn"),
    });
  });
});

describe("the bucket", () => {
  it("of the stacks sends its events to EventBridge, and notifies no function", () => {
    const { notifications } = synthesised(OWN);
    expect(notifications.one("aws_s3_bucket_notification", "Notification")).toEqual({
      bucket: `image-pipeline-dev-uploads-${account}`,
      eventbridge: true,
      depends_on: [expect.stringMatching(/^aws_cloudwatch_event_target\.Uploads_Target/)],
    });
  });

  it("that exists already keeps its notifications: no resource configures them, and synth says what its owner must do", () => {
    const { notifications } = synthesised(EXISTING);
    expect(notifications.all("aws_s3_bucket_notification").size).toBe(0);
    expect(JSON.stringify(notifications.file)).toContain(
      '"removed":[{"from":"aws_s3_bucket_notification.Notification","lifecycle":{"destroy":false}}]',
    );
    expect(toNotes([], EXISTING)).toContainEqual(
      expect.stringMatching(/^Leaves the notifications of the bucket team-uploads alone: its owner must/),
    );
  });
});

describe("an event that EventBridge cannot deliver", () => {
  const rule = `arn:aws:events:us-east-1:${account}:rule/image-pipeline-dev-uploads`;
  const statement = (policy: unknown, sid: string) =>
    JSON.parse(String(policy)).Statement.find(({ Sid }: { Sid: string }) => Sid === sid);

  it("may be sent to the DLQ under its key, by this rule alone", () => {
    const { core } = synthesised(OWN);
    const { policy } = core.one("aws_sqs_queue_policy", "Ingest/DeadLetters/Policy");
    expect(statement(policy, "KeepUndeliveredEvents")).toMatchObject({
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Condition: { ArnEquals: { "aws:SourceArn": rule } },
    });
    const key = core.one("aws_kms_key", "Encryption/Key").policy;
    expect(statement(key, "UploadsRuleReachesItsDeadLetters")).toMatchObject({
      Principal: { Service: "events.amazonaws.com" },
      Condition: { ArnEquals: { "aws:SourceArn": rule } },
    });
  });

  it("raises a severe alarm", () => {
    const { core } = synthesised(OWN);
    for (const [id, metric_name] of [
      ["IngestBridgeUndelivered", "FailedInvocations"],
      ["IngestBridgeLost", "InvocationsFailedToBeSentToDlq"],
    ] as const)
      expect(core.one("aws_cloudwatch_metric_alarm", `Observability/${id}`)).toMatchObject({
        namespace: "AWS/Events",
        metric_name,
        dimensions: { RuleName: "image-pipeline-dev-uploads" },
      });
    const { alarm_rule } = core.one("aws_cloudwatch_composite_alarm", "Observability/Unhealthy");
    expect(alarm_rule).toContain('ALARM("image-pipeline-dev-ingest-bridge-undelivered")');
  });

  it("has neither permission nor alarm if S3 notifies ingest itself", () => {
    const text = JSON.stringify(synthesised(aDeployment()).core);
    expect(text).not.toContain("KeepUndeliveredEvents");
    expect(text).not.toContain("ingest-bridge");
  });
});
