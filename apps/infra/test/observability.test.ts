import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { alarmMail } from "../src/observability/alarm-mail.ts";
import { aDeployment, synthesised, synthesisedDelivery, synthesisedWorkflow } from "./deployments.ts";
import { statementOf } from "./policies.ts";

const deployment = aDeployment({ alarms: { email: "us@example.com" } });
const { core } = synthesised(deployment);
const alarms = [...core.all("aws_cloudwatch_metric_alarm").values()];
const composite = core.one("aws_cloudwatch_composite_alarm", "Observability/Unhealthy");
const topic = core.reference("aws_sns_topic", "Observability/Alarms/Topic", "arn");
const runbook = readFileSync(join(import.meta.dirname, "../../../docs/runbook.md"), "utf8");
const sections = [...runbook.matchAll(/^## (.+)$/gm)].map(([, title = ""]) => title);
const alarm = (id: string) => core.one("aws_cloudwatch_metric_alarm", `Observability/${id}`);

function alarmsEvery(intervalHours: number) {
  const slow = synthesised(aDeployment({ audit: { intervalHours } })).core;
  return [...slow.all("aws_cloudwatch_metric_alarm").values()];
}

const Widgets = z.object({
  widgets: z.array(
    z.object({
      properties: z.object({
        title: z.string(),
        metrics: z.array(z.array(z.unknown())),
        annotations: z.object({ horizontal: z.array(z.object({ value: z.number() })) }),
      }),
    }),
  ),
});

describe("every alarm", () => {
  it("has a unique name", () => {
    const names = alarms.map(({ alarm_name }) => alarm_name);
    expect(names.length).toBeGreaterThan(20);
    expect(new Set(names).size).toBe(names.length);
  });

  it("links to a section of the runbook, and every section has an alarm", () => {
    const workflow = synthesisedWorkflow(aDeployment({ workflow: { enabled: true } }));
    const ofTheWorkflow = workflow.all("aws_cloudwatch_metric_alarm").values();
    const delivery = synthesisedDelivery(aDeployment({ delivery: { enabled: true } }));
    const ofTheDelivery = delivery.all("aws_cloudwatch_metric_alarm").values();
    const budgeted = synthesised(aDeployment({ budget: { imagesPerHour: 1000 } })).core;
    const ofTheBudget = budgeted.all("aws_cloudwatch_metric_alarm").values();
    const named = [...alarms, composite, ...ofTheWorkflow, ...ofTheDelivery, ...ofTheBudget].map(
      ({ alarm_description }) => / See docs\/runbook\.md#([\w-]+)$/.exec(String(alarm_description))?.[1],
    );
    expect(new Set(named)).toEqual(new Set(sections));
  });

  it("notifies the alarm topic of ALARM, and ignores missing data except the audit's", () => {
    for (const one of alarms)
      expect(one).toMatchObject({
        alarm_actions: [topic],
        treat_missing_data: one.metric_name === "AuditRuns" ? "breaching" : "notBreaching",
      });
  });

  it("evaluates at most a day, or a week of hourly periods, as CloudWatch allows", () => {
    for (const { evaluation_periods, period = 60 } of [...alarms, ...alarmsEvery(72)]) {
      const isHourly = Number(period) >= 3600;
      expect(Number(evaluation_periods) * Number(period)).toBeLessThanOrEqual(isHourly ? 604_800 : 86_400);
    }
  });

  it("has a widget on the dashboard with the same metric and threshold", () => {
    const { dashboard_body } = core.one("aws_cloudwatch_dashboard", "Observability/Dashboard");
    const { widgets } = Widgets.parse(JSON.parse(String(dashboard_body)));
    expect(widgets).toHaveLength(alarms.length);
    for (const { properties } of widgets) {
      const { title, metrics, annotations } = properties;
      const found = alarms.find(({ alarm_name }) => alarm_name === `image-pipeline-dev-${title}`);
      expect([title, annotations.horizontal[0]?.value]).toEqual([title, found?.threshold]);
      if (found?.metric_query !== undefined) continue;
      expect(metrics).toEqual([
        [
          found?.namespace,
          found?.metric_name,
          ...Object.entries(found?.dimensions ?? {}).flat(),
          { stat: found?.statistic ?? found?.extended_statistic },
        ],
      ]);
    }
  });
});

it("alarms on the first message in every DLQ", () => {
  const watched = alarms.filter(({ metric_name }) => metric_name === "ApproximateNumberOfMessagesVisible");
  expect(watched.map(({ dimensions }) => dimensions)).toEqual([
    { QueueName: "image-pipeline-dev-audit-dlq" },
    { QueueName: "image-pipeline-dev-audit-failures" },
    { QueueName: "image-pipeline-dev-backfill-dlq" },
    { QueueName: "image-pipeline-dev-ingest-dlq" },
    { QueueName: "image-pipeline-dev-ingest-failures" },
    { QueueName: "image-pipeline-dev-renditions-dlq" },
  ]);
  for (const one of watched)
    expect(one).toMatchObject({ threshold: 1, evaluation_periods: 1, statistic: "Maximum" });
});

describe("the audit", () => {
  it("alarms on gaps until the next run", () => {
    expect(alarm("CompletenessGap")).toMatchObject({
      namespace: "ImagePipeline",
      metric_name: "CompletenessGap",
      dimensions: { service: "audit", function: "image-pipeline-dev-audit" },
      comparison_operator: "GreaterThanOrEqualToThreshold",
      threshold: 1,
      period: 3600,
      evaluation_periods: 25,
      datapoints_to_alarm: 1,
    });
  });

  it("alarms after two missing runs", () => {
    expect(alarm("AuditSilent")).toMatchObject({
      metric_name: "AuditRuns",
      comparison_operator: "LessThanThreshold",
      threshold: 1,
      period: 3600,
      evaluation_periods: 49,
      datapoints_to_alarm: 49,
      treat_missing_data: "breaching",
    });
  });

  it("has no alarms if it is disabled", () => {
    const off = synthesised(aDeployment({ audit: { enabled: false } })).core;
    const names = [...off.all("aws_cloudwatch_metric_alarm").values()].map(({ alarm_name }) => alarm_name);
    expect(names.filter((name) => /audit|completeness/.test(String(name)))).toEqual([]);
    expect([...off.all("aws_sqs_queue").keys()].filter((path) => path.startsWith("Audit"))).toEqual([]);
  });
});

const INGEST = { FunctionName: "image-pipeline-dev-ingest" };
const WORKER = { FunctionName: "image-pipeline-dev-worker" };

describe("an alarm exists for:", () => {
  it.each<[string, string, Record<string, string>, string]>([
    ["ingest fails", "Errors", INGEST, "Sum"],
    ["the worker fails", "Errors", WORKER, "Sum"],
    ["ingest is throttled", "Throttles", INGEST, "Sum"],
    ["the worker is throttled", "Throttles", WORKER, "Sum"],
    ["ingest is close to its timeout", "Duration", INGEST, "p99"],
    ["the worker is close to its timeout", "Duration", WORKER, "p99"],
    ["Lambda drops an upload event", "AsyncEventsDropped", INGEST, "Sum"],
    ["a failed event cannot be sent to its failure queue", "DestinationDeliveryFailures", INGEST, "Sum"],
    ["a failed event cannot be sent to the DLQ", "DeadLetterErrors", INGEST, "Sum"],
    ["upload events wait for ingest", "AsyncEventAge", INGEST, "Maximum"],
    [
      "uploads wait for the worker",
      "ApproximateAgeOfOldestMessage",
      { QueueName: "image-pipeline-dev-renditions" },
      "Maximum",
    ],
    ...["image-events", "image-results"].flatMap(
      (name): [string, string, Record<string, string>, string][] => {
        const topic = { TopicName: `image-pipeline-dev-${name}` };
        return [
          [`a message of ${name} is not delivered`, "NumberOfNotificationsFailed", topic, "Sum"],
          [`a message of ${name} is lost`, "NumberOfNotificationsFailedToRedriveToDlq", topic, "Sum"],
        ];
      },
    ),
  ])("%s", (_what, metric_name, dimensions, statistic) => {
    const how = statistic.startsWith("p") ? { extended_statistic: statistic } : { statistic };
    const found = alarms.filter((one) => one.metric_name === metric_name);
    expect(found).toContainEqual(expect.objectContaining({ metric_name, dimensions, ...how }));
  });
});

it("alarms if the p99 duration of the worker reaches 80 % of its timeout", () => {
  expect(alarm("WorkerDuration")).toMatchObject({
    metric_name: "Duration",
    extended_statistic: "p99",
    threshold: 48_000,
    evaluation_periods: 5,
    datapoints_to_alarm: 3,
  });
});

it("uses the queue age and the share of rejections of the config", () => {
  const strict = synthesised(aDeployment({ alarms: { maxQueueAgeSeconds: 60, maxRejectedPercent: 5 } })).core;
  const threshold = (id: string) =>
    strict.one("aws_cloudwatch_metric_alarm", `Observability/${id}`).threshold;
  expect([threshold("RenditionsAge"), threshold("WorkerRejections")]).toEqual([60, 5]);
});

it("computes the share of rejections from this environment's worker metrics", () => {
  const queries = z.array(z.looseObject({ id: z.string() })).parse(alarm("WorkerRejections").metric_query);
  expect(queries.map(({ id }) => id)).toEqual(["share", "rejected", "processed"]);
  const dimensions = { service: "worker", function: "image-pipeline-dev-worker" };
  expect(queries.slice(1)).toMatchObject([
    { metric: { namespace: "ImagePipeline", metric_name: "ImagesRejected", stat: "Sum", dimensions } },
    { metric: { namespace: "ImagePipeline", metric_name: "ImagesProcessed", stat: "Sum", dimensions } },
  ]);
});

it("reports a single rejection that no check foresaw, of the worker and of the backfill", () => {
  const functions = ["WorkerUnexpectedRejections", "BackfillUnexpectedRejections"].map((id) => alarm(id));
  for (const found of functions)
    expect(found).toMatchObject({
      namespace: "ImagePipeline",
      metric_name: "UnexpectedRejections",
      threshold: 1,
    });
  expect(functions.map(({ dimensions }) => dimensions)).toEqual([
    { function: "image-pipeline-dev-worker", service: "worker" },
    { function: "image-pipeline-dev-backfill", service: "worker" },
  ]);
});

it.each([
  ["all of many images are rejected", 500, 0, 100],
  ["all of just enough images are rejected", 20, 0, 100],
  ["a fifth is rejected", 20, 80, 20],
  ["none is rejected", 0, 100, 0],
  ["too few images arrived", 19, 0, 0],
  ["no image arrived", 0, 0, 0],
])("the expression for the share of rejections, if %s", (_what, rejected, processed, percent) => {
  const [share] = z
    .array(z.looseObject({ expression: z.string() }))
    .parse([z.array(z.unknown()).parse(alarm("WorkerRejections").metric_query)[0]]);
  expect(evaluated(share?.expression ?? "", { rejected, processed })).toBe(percent);
});

/** Calculates CloudWatch's `IF(condition, then, otherwise)` with arithmetic, which JavaScript has too. */
function evaluated(expression: string, metrics: Record<string, number>): unknown {
  const names = ["IF", ...Object.keys(metrics)];
  const choose = (condition: boolean, then: number, otherwise: number) => (condition ? then : otherwise);
  return new Function(...names, `return ${expression}`)(choose, ...Object.values(metrics));
}

it("sends no OK for an alarm that has just been created, and one when the pipeline is healthy again", () => {
  expect(alarms.filter(({ ok_actions }) => ok_actions !== undefined)).toEqual([]);
  expect(composite).toMatchObject({ alarm_actions: [topic], ok_actions: [topic] });
});

it("calls the pipeline unhealthy for lost or delayed images, not for throttles or rejections", () => {
  const severe = [...String(composite.alarm_rule).matchAll(/ALARM\("image-pipeline-dev-([\w-]+)"\)/g)]
    .map(([, name]) => name)
    .sort();
  expect(severe).toEqual([
    "backfill-age",
    "backfill-dead-letters-waiting",
    "backfill-errors",
    "image-events-lost",
    "image-events-undelivered",
    "image-results-lost",
    "image-results-undelivered",
    "ingest-async-events-dropped",
    "ingest-dead-letter-errors",
    "ingest-dead-letters-waiting",
    "ingest-destination-delivery-failures",
    "ingest-errors",
    "ingest-failures-waiting",
    "renditions-age",
    "renditions-dead-letters-waiting",
    "worker-errors",
  ]);
});

it.each([
  ["ALARM", "OK", true],
  ["ALARM", "INSUFFICIENT_DATA", true],
  ["OK", "ALARM", true],
  ["OK", "INSUFFICIENT_DATA", false],
  ["INSUFFICIENT_DATA", "OK", false],
])("a message of %s after %s is a mail: %s", (NewStateValue, OldStateValue, isMail) => {
  const { filterPolicyScope, filterPolicy } = alarmMail(String(topic), "us@example.com");
  const Policy = z.object({ $or: z.array(z.record(z.string(), z.array(z.string()))) });
  const message: Record<string, string> = { NewStateValue, OldStateValue };
  const passes = Policy.parse(JSON.parse(filterPolicy)).$or.some((member) =>
    Object.entries(member).every(([field, values]) => values.includes(message[field] ?? "")),
  );
  expect([filterPolicyScope, passes]).toEqual(["MessageBody", isMail]);
});

describe("the alarm topic", () => {
  it("allows only CloudWatch of this account to publish", () => {
    const { policy } = core.one("aws_sns_topic_policy", "Observability/Alarms/Policy");
    expect(statementOf(policy, "CloudWatchAlarms")).toMatchObject({
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: ["sns:Publish"],
      Resource: [topic],
      Condition: {
        StringEquals: { "aws:SourceAccount": [`\${data.aws_caller_identity.Account.account_id}`] },
      },
    });
  });

  it("has a mail subscription only if the config has an address", () => {
    expect(core.one("aws_sns_topic_subscription", "Observability/Mail")).toMatchObject({
      topic_arn: topic,
      protocol: "email",
      endpoint: "us@example.com",
    });
    expect(synthesised(aDeployment()).core.all("aws_sns_topic_subscription").has("Observability/Mail")).toBe(
      false,
    );
  });
});
