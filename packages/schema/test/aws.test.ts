import { describe, expect, test } from "vitest";
import {
  isNotFound,
  NotificationRecord,
  QueueRedrivePolicy,
  statusOf,
  toDeadLetterArn,
  toNotifiedObjects,
} from "../src/aws.ts";

const ARN = "arn:aws:sqs:us-east-1:123456789012:dead";
const awsError = (httpStatusCode: number, name = "Error") =>
  Object.assign(new Error("answer"), { name, $metadata: { httpStatusCode } });

describe("toNotifiedObjects", () => {
  test.each([
    ["decodes keys, which S3 form-encodes", { key: "a+b%2B.jpg" }, { key: "a b+.jpg", sequencer: null }],
    ["returns a key that is not encoded as it is", { key: "100%" }, { key: "100%", sequencer: null }],
    ["returns the sequencer", { key: "a", sequencer: "06" }, { key: "a", sequencer: "06" }],
  ])("%s", (_what, object, expected) => {
    expect(toNotifiedObjects({ Records: [{ s3: { object } }] })).toEqual([expected]);
  });

  test("leaves out records without a key, and returns the others", () => {
    const records = [{ s3: {} }, null, { s3: { object: { key: "b" } } }];
    expect(toNotifiedObjects({ Records: records })).toEqual([{ key: "b", sequencer: null }]);
  });

  test.each([undefined, null, "text", {}, { Records: 3 }, { Event: "s3:TestEvent" }])(
    "returns nothing for %j",
    (message) => {
      expect(toNotifiedObjects(message)).toEqual([]);
    },
  );
});

describe("NotificationRecord", () => {
  const record = {
    eventVersion: "2.1",
    eventName: "ObjectCreated:Put",
    eventTime: "2026-01-01T00:00:00.000+02:00",
    s3: { bucket: { name: "uploads" }, object: { key: "a+b", size: 1, eTag: "e", sequencer: "06" } },
  };

  test("decodes the key, and gives the time in UTC", () => {
    const { eventTime, s3 } = NotificationRecord.parse(record);
    expect([eventTime, s3.object.key]).toEqual(["2025-12-31T22:00:00.000Z", "a b"]);
  });

  test.each([
    ["another major version", { ...record, eventVersion: "3.0" }, "unknown event version: must be 2.x"],
    ["an invalid time", { ...record, eventTime: "noon" }, '"noon" is not a time'],
  ])("rejects %s", (_what, value, message) => {
    expect(NotificationRecord.safeParse(value).error?.issues).toMatchObject([{ message }]);
  });
});

describe("redrive policies", () => {
  test("have a receive count that SQS may return as text", () => {
    const policy = { deadLetterTargetArn: ARN, maxReceiveCount: "5" };
    expect(QueueRedrivePolicy.parse(policy).maxReceiveCount).toBe(5);
  });

  test.each([
    ["the ARN of a subscription's policy", JSON.stringify({ deadLetterTargetArn: ARN }), ARN],
    ["nothing for a queue without a policy", undefined, undefined],
    ["nothing for an empty policy", "", undefined],
    ["nothing for a policy without a target", "{}", undefined],
  ])("toDeadLetterArn returns %s", (_what, policy, expected) => {
    expect(toDeadLetterArn(policy)).toBe(expected);
  });
});

describe("errors of AWS", () => {
  test.each([
    [awsError(403), 403],
    [new Error("no answer"), undefined],
    [null, undefined],
    [{ $metadata: {} }, undefined],
  ])("statusOf(%o) is %s", (error, status) => {
    expect(statusOf(error)).toBe(status);
  });

  test.each([
    ["true for a missing object", awsError(404, "NoSuchKey"), true],
    ["false for a missing bucket", awsError(404, "NoSuchBucket"), false],
    ["false for a denied request", awsError(403, "AccessDenied"), false],
  ])("isNotFound is %s", (_what, error, expected) => {
    expect(isNotFound(error)).toBe(expected);
  });
});
