import { FUNCTIONS } from "@image-pipeline/schema/names";
import { USD } from "../../prices.ts";
import { at } from "../attribute.ts";
import type { Attributes, Plan } from "../plan.ts";

/** The pipeline's load in a month. */
export interface Load {
  imagesPerMonth: number;
  workerSecondsPerImage: number;
}
export interface MonthlyCost {
  before: number;
  after: number;
}

/** Ingest only passes references. */
const INGEST_SECONDS = 0.1;
/** Send, receive and delete. */
const REQUESTS_PER_MESSAGE = 3;

/**
 * Calculates the cost of the resources before and after, in US dollars a month, without storage and traffic: a plan
 * does not know how much a bucket holds.
 */
export function monthlyCost(plans: readonly Plan[], load: Load): MonthlyCost {
  const sum = (side: "before" | "after") =>
    plans
      .flatMap(({ changes, unchanged }) => [
        ...changes.flatMap((change) => {
          const attributes = change[side];
          return attributes === null ? [] : [{ type: change.type, attributes }];
        }),
        ...unchanged,
      ])
      .reduce((total, { type, attributes }) => total + (COSTS[type]?.(attributes, load) ?? 0), 0);
  return { before: sum("before"), after: sum("after") };
}

const COSTS: Readonly<Record<string, (attributes: Attributes, load: Load) => number>> = {
  aws_kms_key: () => USD.kmsKeyMonth,
  aws_cloudwatch_metric_alarm: ({ metric_query }) =>
    USD.alarmMetricMonth * Math.max(1, queriedMetrics(metric_query)),
  aws_cloudwatch_composite_alarm: () => USD.compositeAlarmMonth,
  aws_cloudwatch_dashboard: () => USD.dashboardMonth,
  aws_lambda_function: functionCost,
  aws_lambda_event_source_mapping: (_, { imagesPerMonth }) =>
    imagesPerMonth * REQUESTS_PER_MESSAGE * USD.sqsRequest,
  aws_sns_topic: ({ name }, { imagesPerMonth }) =>
    /-image-(events|results)$/.test(String(name)) ? imagesPerMonth * USD.snsPublish : 0,
};

function queriedMetrics(queries: unknown): number {
  if (!Array.isArray(queries)) return 1;
  return queries.filter((query) => {
    const metric = at(query, "metric");
    return Array.isArray(metric) && metric.length > 0;
  }).length;
}

function functionCost({ function_name, memory_size, architectures }: Attributes, load: Load): number {
  // Idle except during a backfill, which reports its own cost.
  if (String(function_name).endsWith(`-${FUNCTIONS.backfill}`)) return 0;
  const isWorker = String(function_name).endsWith(`-${FUNCTIONS.worker}`);
  const seconds = isWorker ? load.workerSecondsPerImage : INGEST_SECONDS;
  const cpu = at(architectures, 0) === "arm64" ? "arm64" : "x86_64";
  const gigabyteSeconds = (Number(memory_size) / 1024) * seconds * load.imagesPerMonth;
  return gigabyteSeconds * USD.lambdaGigabyteSecond[cpu] + load.imagesPerMonth * USD.lambdaRequest;
}
