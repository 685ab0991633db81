import { USD } from "@image-pipeline/schema/prices";
import { at } from "../attribute.ts";
import type { Attributes, Plan } from "../plan.ts";
import { functionCost } from "./function-cost.ts";
import type { Load } from "./load.ts";
import { type Parts, sumOf } from "./parts.ts";

export interface MonthlyCost {
  before: number;
  after: number;
  /** The same by part; parts that cost nothing on either side are missing. */
  parts: { part: string; before: number; after: number }[];
}

/** The functions of a viewer's request and of its answer. */
const EDGE_CALLS_PER_DELIVERY = 2;
const KILOBYTES_PER_GIGABYTE = 1e6;
/** Send, receive and delete. */
const REQUESTS_PER_MESSAGE = 3;
/** Transitions of an execution that is rendered and analysed (docs/workflow.md). */
const TRANSITIONS_PER_EXECUTION = 7;

/**
 * Calculates the cost of the resources before and after, in US dollars a month, without storage, logs, traffic and what an idle
 * queue's polling costs: a plan does not know how much a bucket holds.
 */
export function monthlyCost(plans: readonly Plan[], load: Load): MonthlyCost {
  const [before, after] = [partsOf(plans, "before", load), partsOf(plans, "after", load)];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const parts = names.map((part) => ({ part, before: before[part] ?? 0, after: after[part] ?? 0 }));
  const sum = (side: "before" | "after") => parts.reduce((total, part) => total + part[side], 0);
  return { before: sum("before"), after: sum("after"), parts };
}

function partsOf(plans: readonly Plan[], side: "before" | "after", load: Load): Parts {
  const resources = plans.flatMap(({ changes, unchanged }) => [
    ...changes.flatMap((change) => {
      const attributes = change[side];
      return attributes === null ? [] : [{ type: change.type, attributes }];
    }),
    ...unchanged,
  ]);
  return sumOf(resources.map(({ type, attributes }) => COSTS[type]?.(attributes, load) ?? {}));
}

const COSTS: Readonly<Record<string, (attributes: Attributes, load: Load) => Parts>> = {
  aws_cloudfront_distribution: (_, { deliveriesPerMonth, kilobytesPerDelivery }) => ({
    CloudFront:
      deliveriesPerMonth * (USD.edgeRequest + EDGE_CALLS_PER_DELIVERY * USD.edgeFunctionCall) +
      ((deliveriesPerMonth * kilobytesPerDelivery) / KILOBYTES_PER_GIGABYTE) * USD.edgeGigabyte,
  }),
  aws_kms_key: () => ({ keys: USD.kmsKeyMonth }),
  aws_cloudwatch_metric_alarm: ({ metric_query }) => ({
    "alarms and dashboards": USD.alarmMetricMonth * Math.max(1, queriedMetrics(metric_query)),
  }),
  aws_cloudwatch_composite_alarm: () => ({ "alarms and dashboards": USD.compositeAlarmMonth }),
  aws_cloudwatch_dashboard: () => ({ "alarms and dashboards": USD.dashboardMonth }),
  aws_lambda_function: functionCost,
  aws_lambda_event_source_mapping: (_, { imagesPerMonth }) => ({
    SQS: imagesPerMonth * REQUESTS_PER_MESSAGE * USD.sqsRequest,
  }),
  aws_sns_topic: ({ name }, { imagesPerMonth }) =>
    /-image-(events|results)$/.test(String(name)) ? { SNS: imagesPerMonth * USD.snsPublish } : {},
  aws_sfn_state_machine: (_, { imagesPerMonth, workflowShare }) => ({
    "Step Functions": imagesPerMonth * workflowShare * TRANSITIONS_PER_EXECUTION * USD.stateTransition,
  }),
};

function queriedMetrics(queries: unknown): number {
  if (!Array.isArray(queries)) return 1;
  return queries.filter((query) => {
    const metric = at(query, "metric");
    return Array.isArray(metric) && metric.length > 0;
  }).length;
}
