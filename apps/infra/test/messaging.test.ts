import { ImageUploaded } from "@image-pipeline/schema/events";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { aDeployment, synthesised } from "./deployments.ts";
import { statementsOf } from "./policies.ts";

const { core } = synthesised(aDeployment());
const imageEvents = core.reference("aws_sns_topic", "ImageEvents/Topic", "arn");
const arnOf = (queue: string) => core.reference("aws_sqs_queue", `${queue}/Queue`, "arn");
const json = (text: unknown): unknown => JSON.parse(z.string().parse(text));

describe("the renditions queue", () => {
  const queue = core.one("aws_sqs_queue", "Renditions/Queue");

  it("has a visibility timeout of six worker timeouts plus the batching window", () => {
    const slow = synthesised(aDeployment({ worker: { timeoutSeconds: 100, batchingWindowSeconds: 5 } }));
    expect(queue.visibility_timeout_seconds).toBe(360);
    expect(slow.core.one("aws_sqs_queue", "Renditions/Queue").visibility_timeout_seconds).toBe(605);
  });

  it("sends a message to its DLQ after five receives", () => {
    expect(json(queue.redrive_policy)).toEqual({
      deadLetterTargetArn: arnOf("Renditions/DeadLetter"),
      maxReceiveCount: 5,
    });
  });

  it("keeps messages for a week, and its DLQ for two", () => {
    const deadLetters = core.one("aws_sqs_queue", "Renditions/DeadLetter/Queue");
    expect(queue.message_retention_seconds).toBe(604_800);
    expect(deadLetters.message_retention_seconds).toBe(1_209_600);
  });

  it("is the only queue that may use its DLQ", () => {
    const allow = core.one("aws_sqs_queue_redrive_allow_policy", "Renditions/RedriveAllowPolicy");
    expect(json(allow.redrive_allow_policy)).toEqual({
      redrivePermission: "byQueue",
      sourceQueueArns: [arnOf("Renditions")],
    });
  });

  it("receives image events by type with raw delivery; undeliverable events go to the DLQ", () => {
    const subscription = core.one("aws_sns_topic_subscription", "Renditions/Subscription");
    expect(subscription).toMatchObject({
      topic_arn: imageEvents,
      protocol: "sqs",
      endpoint: arnOf("Renditions"),
      raw_message_delivery: true,
      filter_policy_scope: "MessageAttributes",
    });
    expect(json(subscription.filter_policy)).toEqual({
      type: ["image.uploaded", "image.deleted"],
      lane: ["live"],
    });
    expect(json(subscription.redrive_policy)).toEqual({
      deadLetterTargetArn: arnOf("Renditions/DeadLetter"),
    });
  });

  it("is subscribed only once SNS may send to it", () => {
    const { depends_on } = core.one("aws_sns_topic_subscription", "Renditions/Subscription");
    const policy = core.reference("aws_sqs_queue_policy", "Renditions/Policy", "id");
    expect(depends_on).toEqual([policy.slice(2, -".id}".length)]);
  });
});

describe("the backfill queue", () => {
  it("receives the other lane, so that every event goes to exactly one of the two queues", () => {
    const lanes = ["Renditions", "Backfill"].map((part) => {
      const { filter_policy } = core.one("aws_sns_topic_subscription", `${part}/Subscription`);
      return z.object({ lane: z.array(z.string()), type: z.array(z.string()) }).parse(json(filter_policy));
    });
    expect(lanes.flatMap(({ lane }) => lane)).toEqual(ImageUploaded.shape.data.shape.lane.options);
    expect(lanes[1]?.type).toEqual(lanes[0]?.type);
  });

  it("has its own DLQ", () => {
    const { redrive_policy } = core.one("aws_sqs_queue", "Backfill/Queue");
    expect(json(redrive_policy)).toMatchObject({ deadLetterTargetArn: arnOf("Backfill/DeadLetter") });
  });
});

describe.each(["Renditions", "Renditions/DeadLetter", "Backfill", "Backfill/DeadLetter"])(
  "the policy of the queue %s",
  (part) => {
    const { policy } = core.one("aws_sqs_queue_policy", `${part}/Policy`);

    it("allows only the image events topic of this account to send", () => {
      expect(statementsOf(policy).filter(({ Effect }) => Effect === "Allow")).toEqual([
        {
          Sid: "DeliverFromTopic",
          Effect: "Allow",
          Principal: { Service: "sns.amazonaws.com" },
          Action: ["sqs:SendMessage"],
          Resource: [arnOf(part)],
          Condition: {
            ArnEquals: { "aws:SourceArn": [imageEvents] },
            StringEqualsIfExists: {
              "aws:SourceAccount": [`\${data.aws_caller_identity.Account.account_id}`],
            },
          },
        },
      ]);
    });
  },
);

it.each(["Failures", "DeadLetters"])(
  "allows no service to send to ingest's %s: Lambda sends with the function's role",
  (part) => {
    const { policy } = core.one("aws_sqs_queue_policy", `Ingest/${part}/Policy`);
    expect(statementsOf(policy).filter(({ Effect }) => Effect !== "Deny")).toEqual([]);
  },
);

it.each(["ImageEvents", "ImageResults"])("allows no service to publish to the topic %s", (part) => {
  const { policy } = core.one("aws_sns_topic_policy", `${part}/Policy`);
  expect(statementsOf(policy).filter(({ Effect }) => Effect !== "Deny")).toEqual([]);
});
