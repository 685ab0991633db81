import { describe, expect, it } from "vitest";
import type { Operation } from "../iam/operation.ts";
import { MotoSupplement } from "./moto-supplement.ts";
import { toRefusal } from "./refusal.ts";

const cloudwatch = (action: string, input: Operation["input"]): Operation => ({
  service: "cloudwatch",
  action,
  input,
});
const sqs = (action: string, input: Operation["input"]): Operation => ({
  service: "sqs",
  action,
  input: { QueueUrl: "http://sqs/q", ...input },
});
const composite = { AlarmNames: ["a"], AlarmTypes: ["CompositeAlarm"] };

describe("the supplement to moto for composite alarms", () => {
  it("returns an alarm as it was put, until it is deleted", () => {
    const supplement = new MotoSupplement();
    supplement.answer(cloudwatch("PutCompositeAlarm", { AlarmName: "a", AlarmRule: 'ALARM("b")' }));
    const described = () => supplement.answer(cloudwatch("DescribeAlarms", composite))?.body;
    expect(described()).toContain('<AlarmRule>ALARM("b")</AlarmRule>');
    supplement.answer(cloudwatch("DeleteAlarms", { AlarmNames: ["a"] }));
    expect(described()).toContain("<CompositeAlarms></CompositeAlarms>");
  });

  it("returns an alarm's tags, also after they change", () => {
    const supplement = new MotoSupplement();
    const ResourceARN = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:a";
    supplement.answer(cloudwatch("PutCompositeAlarm", { AlarmName: "a", Tags: [{ Key: "A", Value: "b" }] }));
    supplement.answer(cloudwatch("TagResource", { ResourceARN, Tags: [{ Key: "C", Value: "d" }] }));
    supplement.answer(cloudwatch("UntagResource", { ResourceARN, TagKeys: ["A"] }));
    expect(supplement.answer(cloudwatch("ListTagsForResource", { ResourceARN }))?.body).toContain(
      "<Tags><member><Key>C</Key><Value>d</Value></member></Tags>",
    );
  });

  it("leaves metric alarms to moto", () => {
    const supplement = new MotoSupplement();
    expect(supplement.answer(cloudwatch("DescribeAlarms", { AlarmTypes: ["MetricAlarm"] }))).toBeNull();
    expect(supplement.answer(cloudwatch("DeleteAlarms", { AlarmNames: ["a"] }))).toBeNull();
  });
});

describe("the supplement to moto for redrive allow policies", () => {
  it("adds the policy that was set to moto's attributes, until the queue is deleted", () => {
    const supplement = new MotoSupplement();
    const read = () =>
      JSON.parse(
        supplement.completed(
          sqs("GetQueueAttributes", { AttributeNames: ["All"] }),
          '{"Attributes":{"A":"b"}}',
        ),
      );
    const set = supplement.answer(sqs("SetQueueAttributes", { Attributes: { RedriveAllowPolicy: "{}" } }));
    expect(set?.body).toBe("{}");
    expect(read()).toEqual({ Attributes: { A: "b", RedriveAllowPolicy: "{}" } });
    const alone = supplement.answer(sqs("GetQueueAttributes", { AttributeNames: ["RedriveAllowPolicy"] }));
    expect(alone?.body).toBe('{"Attributes":{"RedriveAllowPolicy":"{}"}}');
    supplement.completed(sqs("DeleteQueue", {}), "");
    expect(read()).toEqual({ Attributes: { A: "b" } });
  });
});

describe("the supplement to moto for updates of pipes", () => {
  it("adds the newest update to moto's description, until the pipe is deleted", () => {
    const supplement = new MotoSupplement();
    const pipes = (action: string, input = {}): Operation => ({
      service: "pipes",
      action,
      input: { Name: "p", ...input },
    });
    const read = () =>
      JSON.parse(supplement.completed(pipes("DescribePipe"), '{"Name":"p","Description":"a"}'));
    expect(supplement.answer(pipes("UpdatePipe", { Description: "b" }))?.status).toBe(200);
    expect(read()).toEqual({ Name: "p", Description: "b" });
    supplement.completed(pipes("DeletePipe"), "");
    expect(read()).toEqual({ Name: "p", Description: "a" });
  });
});

describe("the supplement to moto for updates of log deliveries", () => {
  it("adds the newest update to moto's answer", () => {
    const supplement = new MotoSupplement();
    const logs = (action: string, input = {}): Operation => ({
      service: "logs",
      action,
      input: { id: "d", ...input },
    });
    supplement.answer(logs("UpdateDeliveryConfiguration", { recordFields: ["date"] }));
    const answer = supplement.completed(
      logs("GetDelivery"),
      '{"delivery":{"id":"d","recordFields":["time"]}}',
    );
    expect(JSON.parse(answer)).toEqual({ delivery: { id: "d", recordFields: ["date"] } });
  });
});

describe("a refusal", () => {
  const request = { action: "x:Y", resource: "r" };
  it.each([
    ["s3", 403, "<Code>AccessDenied</Code>"],
    ["iam", 403, "<Code>AccessDenied</Code>"],
    ["sns", 403, "<Code>AuthorizationError</Code>"],
    ["lambda", 403, '"AccessDeniedException"'],
    ["kms", 400, '"AccessDeniedException"'],
  ])("of %s has the status and the code that the service answers", (service, status, code) => {
    const refusal = toRefusal({ service, action: "Y", input: {} }, "a-role", request);
    expect(refusal.status).toBe(status);
    expect(refusal.body).toContain(code);
    expect(refusal.body).toContain("is not authorized to perform: x:Y on resource: r");
  });
});
