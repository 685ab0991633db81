import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { subscribersIn } from "../src/constructs/subscriber.ts";
import { pipelineWatches } from "../src/observability/pipeline-watches.ts";
import { isExpression } from "../src/observability/watch.ts";
import { CoreStack } from "../src/stacks/core-stack.ts";
import { aDeployment, synthesised, synthesisedWorkflow, temporaryFolder } from "./deployments.ts";
import { statementOf } from "./policies.ts";

const deployment = aDeployment({ alarms: { email: "us@example.com" } });
const { core } = synthesised(deployment);
const stack = new CoreStack(new App({ outdir: temporaryFolder() }), deployment);
const watches = pipelineWatches(deployment, subscribersIn(stack));
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
  it("has a name and an id of its own", () => {
    expect(new Set(watches.map(({ name }) => name)).size).toBe(watches.length);
    expect(alarms).toHaveLength(watches.length);
  });

  it("names a section of the runbook, and every section is named by one", () => {
    const workflow = synthesisedWorkflow(aDeployment({ workflow: { enabled: true } }));
    const ofTheWorkflow = workflow.all("aws_cloudwatch_metric_alarm").values();
    const named = [...alarms, composite, ...ofTheWorkflow].map(
      ({ alarm_description }) => / See docs\/runbook\.md#([\w-]+)$/.exec(String(alarm_description))?.[1],
    );
    expect(new Set(named)).toEqual(new Set(sections));
  });

  it("tells the alarm topic when it begins and when it ends, and takes no data for no trouble, but of the audit", () => {
    for (const one of alarms)
      expect(one).toMatchObject({
        alarm_actions: [topic],
        ok_actions: [topic],
        treat_missing_data: one.metric_name === "AuditRuns" ? "breaching" : "notBreaching",
      });
  });

  it("looks back no further than CloudWatch does: a day, or a week by the hour", () => {
    for (const { evaluation_periods, period = 60 } of [...alarms, ...alarmsEvery(72)]) {
      const isHourly = Number(period) >= 3600;
      expect(Number(evaluation_periods) * Number(period)).toBeLessThanOrEqual(isHourly ? 604_800 : 86_400);
    }
  });

  it("has a widget on the dashboard with the same metric and threshold", () => {
    const { dashboard_body } = core.one("aws_cloudwatch_dashboard", "Observability/Dashboard");
    const { widgets } = Widgets.parse(JSON.parse(String(dashboard_body)));
    expect(
      widgets.map(({ properties }) => [properties.title, properties.annotations.horizontal[0]?.value]),
    ).toEqual(watches.map(({ name, threshold }) => [name, threshold]));
    for (const [index, { id, measure }] of watches.entries()) {
      if (isExpression(measure)) continue;
      const { namespace, metric_name, dimensions, statistic, extended_statistic } = alarm(id);
      expect(widgets[index]?.properties.metrics).toEqual([
        [
          namespace,
          metric_name,
          ...Object.entries(dimensions ?? {}).flat(),
          { stat: statistic ?? extended_statistic },
        ],
      ]);
    }
  });
});

it("watches the depth of every DLQ at its first message", () => {
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
  it("is watched for what it finds, until it has found otherwise", () => {
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

  it("is watched for running at all: two runs that do not come are an alarm", () => {
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

  it("is not watched where it is off", () => {
    const off = synthesised(aDeployment({ audit: { enabled: false } })).core;
    const names = [...off.all("aws_cloudwatch_metric_alarm").values()].map(({ alarm_name }) => alarm_name);
    expect(names.filter((name) => /audit|completeness/.test(String(name)))).toEqual([]);
    expect([...off.all("aws_sqs_queue").keys()].filter((path) => path.startsWith("Audit"))).toEqual([]);
  });
});

const INGEST = { FunctionName: "image-pipeline-dev-ingest" };
const WORKER = { FunctionName: "image-pipeline-dev-worker" };

describe("what can go wrong has an alarm:", () => {
  it.each<[string, string, Record<string, string>, string]>([
    ["ingest fails", "Errors", INGEST, "Sum"],
    ["the worker fails", "Errors", WORKER, "Sum"],
    ["ingest has no executions left", "Throttles", INGEST, "Sum"],
    ["the worker has no executions left", "Throttles", WORKER, "Sum"],
    ["ingest comes near its time-out", "Duration", INGEST, "p99"],
    ["the worker comes near its time-out", "Duration", WORKER, "p99"],
    ["Lambda drops an upload event", "AsyncEventsDropped", INGEST, "Sum"],
    ["a failed event cannot be put where it belongs", "DestinationDeliveryFailures", INGEST, "Sum"],
    ["a failed event cannot be put into the DLQ", "DeadLetterErrors", INGEST, "Sum"],
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

it("watches the slowest hundredth of the worker against four fifths of its time-out", () => {
  expect(alarm("WorkerDuration")).toMatchObject({
    metric_name: "Duration",
    extended_statistic: "p99",
    threshold: 48_000,
    evaluation_periods: 5,
    datapoints_to_alarm: 3,
  });
});

it("takes the age of a waiting upload and the share of rejections from the config", () => {
  const strict = synthesised(aDeployment({ alarms: { maxQueueAgeSeconds: 60, maxRejectedPercent: 5 } })).core;
  const threshold = (id: string) =>
    strict.one("aws_cloudwatch_metric_alarm", `Observability/${id}`).threshold;
  expect([threshold("RenditionsAge"), threshold("WorkerRejections")]).toEqual([60, 5]);
});

it("computes the share of rejections from the metrics that the worker sends, of this environment alone", () => {
  const queries = z.array(z.looseObject({ id: z.string() })).parse(alarm("WorkerRejections").metric_query);
  expect(queries.map(({ id }) => id)).toEqual(["share", "rejected", "processed"]);
  expect(queries[1]).toMatchObject({
    metric: {
      namespace: "ImagePipeline",
      metric_name: "ImagesRejected",
      dimensions: { service: "worker", function: "image-pipeline-dev-worker", status: "rejected" },
    },
  });
});

it("calls the pipeline unhealthy while any severe alarm lasts, and not for the others", () => {
  const severe = watches
    .filter(({ isSevere }) => isSevere)
    .map(({ name }) => `ALARM("image-pipeline-dev-${name}")`);
  expect(composite.alarm_rule).toBe(severe.join(" OR "));
  expect(severe.length).toBeLessThan(watches.length);
});

describe("the alarm topic", () => {
  it("is published to by CloudWatch for this account alone", () => {
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

  it("writes to the address in the config, and to nobody without one", () => {
    expect(core.one("aws_sns_topic_subscription", "Observability/Mail")).toEqual({
      topic_arn: topic,
      protocol: "email",
      endpoint: "us@example.com",
    });
    expect(synthesised(aDeployment()).core.all("aws_sns_topic_subscription").has("Observability/Mail")).toBe(
      false,
    );
  });
});
