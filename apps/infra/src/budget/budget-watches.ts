import { callsPerPicture, type Pipeline } from "@image-pipeline/schema/config";
import { FUNCTIONS, SUBSCRIBERS } from "@image-pipeline/schema/names";
import { pricesFor } from "@image-pipeline/schema/prices";
import type { Deployment } from "../deployment.ts";
import type { Measure, Metric, Watch } from "../watches/watch.ts";

const WARNING_SHARE = 0.8;
const HOUR_SECONDS = 3600;
const DAY_SECONDS = 24 * HOUR_SECONDS;
const DAYS_PER_MONTH = 30;

type Budgeted = Pick<Deployment, "pipeline" | "names">;

/** Returns the watches that go off before a budget is used up. */
export function budgetWarnings(deployment: Budgeted): Watch[] {
  return bounds(deployment).map((bound) => ({
    ...bound,
    id: `${bound.id}Warning`,
    name: `${bound.name}-warning`,
    meaning: `80 % of the budget is used up: ${bound.meaning}`,
    threshold: bound.threshold * WARNING_SHARE,
  }));
}

/** Returns the watches that go off when a budget is used up. */
export function budgetLimits(deployment: Budgeted): Watch[] {
  const { stop } = deployment.pipeline.budget;
  const end = stop ? "the queues are not read any more" : "nothing is stopped";
  return bounds(deployment).map((bound) => ({
    ...bound,
    meaning: `The budget is used up, and ${end}: ${bound.meaning}`,
  }));
}

/** The bounds of the config, each as a watch at 100 %. */
function bounds(deployment: Budgeted): Watch[] {
  const { imagesPerHour, dollarsPerMonth } = deployment.pipeline.budget;
  const common = { section: "budget", isSevere: false, periods: { reached: 1, of: 1 } } as const;
  return [
    ...(imagesPerHour === null
      ? []
      : [
          {
            ...common,
            id: "BudgetImages",
            name: "budget-images",
            meaning: `${imagesPerHour} image events an hour`,
            measure: receivedEvents(deployment),
            threshold: imagesPerHour,
            periodSeconds: HOUR_SECONDS,
          },
        ]),
    ...(dollarsPerMonth === null
      ? []
      : [
          {
            ...common,
            id: "BudgetDollars",
            name: "budget-dollars",
            meaning: `a day at ${dollarsPerMonth} USD a month`,
            measure: spentDollars(deployment),
            threshold: dollarsPerMonth / DAYS_PER_MONTH,
            periodSeconds: DAY_SECONDS,
          },
        ]),
  ];
}

/** Messages that both lanes receive: each is an image, or the repetition of one. */
function receivedEvents({ names }: Budgeted): Measure {
  const received = (subscriber: string): Metric => ({
    namespace: "AWS/SQS",
    name: "NumberOfMessagesReceived",
    statistic: "Sum",
    dimensions: { QueueName: names.subscriberQueue(subscriber) },
  });
  return {
    expression: "FILL(live, 0) + FILL(backfill, 0)",
    label: "image events an hour",
    metrics: { live: received(SUBSCRIBERS.renditions), backfill: received(SUBSCRIBERS.backfill) },
  };
}

/** The price of the functions' time, and of the requests that an invocation makes. */
function spentDollars({ pipeline, names }: Budgeted): Measure {
  const functions = pricedFunctions(pipeline);
  const of = (name: string, metric: string): Metric => ({
    namespace: "AWS/Lambda",
    name: metric,
    statistic: "Sum",
    dimensions: { FunctionName: names.function(name) },
  });
  const terms = functions.map(
    ({ name, usdPerMillisecond, usdPerInvocation }) =>
      `FILL(${name}Time, 0) * ${usdPerMillisecond.toFixed(14)} + FILL(${name}Calls, 0) * ${usdPerInvocation.toFixed(10)}`,
  );
  const metrics = functions.flatMap(({ name }): [string, Metric][] => [
    [`${name}Time`, of(name, "Duration")],
    [`${name}Calls`, of(name, "Invocations")],
  ]);
  return {
    expression: terms.join(" + "),
    label: "US dollars a day",
    metrics: Object.fromEntries(metrics),
  };
}

function pricedFunctions({ architecture, region, worker, presets, analysis }: Pipeline) {
  const { prices } = pricesFor(region);
  const perMillisecond = (megabytes: number) =>
    (prices.lambdaGigabyteSecond[architecture] * (megabytes / 1024)) / 1000;
  const files = Object.values(presets).reduce((sum, { formats }) => sum + formats.length, 0);
  const messages = 3 * prices.sqsRequest + prices.snsPublish + prices.lambdaRequest;
  // Ingest's invocation and message are counted with the worker's.
  const render = (files + 1) * prices.s3Write + 2 * prices.s3Read + messages + prices.snsPublish;
  const analyse =
    callsPerPicture(analysis) * prices.rekognitionImage + prices.s3Write + 2 * prices.s3Read + messages;
  const renderer = (name: string) => ({
    name,
    usdPerMillisecond: perMillisecond(worker.memoryMegabytes),
    usdPerInvocation: render * worker.batchSize,
  });
  const analyzer = {
    name: FUNCTIONS.analyzer,
    usdPerMillisecond: perMillisecond(analysis.memoryMegabytes),
    usdPerInvocation: analyse,
  };
  return [renderer(FUNCTIONS.worker), renderer(FUNCTIONS.backfill), ...(analysis.enabled ? [analyzer] : [])];
}
