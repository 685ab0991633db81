import { CloudWatchClient, type MetricDataQuery, paginateGetMetricData } from "@aws-sdk/client-cloudwatch";
import type { Clock } from "@image-pipeline/local/clock";
import { FUNCTIONS, SUBSCRIBERS } from "@image-pipeline/schema/names";
import { pricesFor } from "@image-pipeline/schema/prices";
import type { Connection } from "../connection/connect.ts";
import { estimateCost } from "./estimate-cost.ts";
import type { CostPart, Usage } from "./json.ts";

const DAYS = 30;
const DAY_SECONDS = 24 * 60 * 60;
const MILLION = 1_000_000;

/** The environment whose usage is read. */
export type Deployed = Pick<Connection, "pipeline" | "names" | "accountId" | "client">;

interface Wanted {
  namespace: string;
  metric: string;
  dimensions: Record<string, string>;
  stat?: "Sum" | "Average";
}

/**
 * Reads the usage of an environment since a time (default: of its last 30 days). CloudWatch has no metric of S3's requests and of traces, unless one pays for it:
 * these are the estimate's, for the images that there were.
 */
export async function readUsage(
  connection: Deployed,
  { now }: Pick<Clock, "now">,
  from = now() - DAYS * DAY_SECONDS * 1000,
): Promise<Usage> {
  const days = Math.max(1, Math.round((now() - from) / 1000 / DAY_SECONDS));
  const { pipeline } = connection;
  const { prices } = pricesFor(pipeline.region);
  const wanted = toWanted(connection);
  const sums = await readSums(Object.values(wanted).flat(), connection, { from, to: now() });
  const total = (key: keyof typeof wanted) => wanted[key].reduce((sum, one) => sum + (sums.get(one) ?? 0), 0);
  const gigabyteSeconds = functionsOf(connection).reduce((sum, { name, megabytes }) => {
    const duration = wanted.durations.find(({ dimensions }) => dimensions.FunctionName === name);
    return sum + ((duration ? (sums.get(duration) ?? 0) : 0) / 1000) * (megabytes / 1024);
  }, 0);
  const images = total("images");
  const estimate = estimateCost(pipeline).perMillion.parts;
  const s3 = estimate.filter(({ part }) => part.startsWith("S3 "));
  const scale = images > 0 ? MILLION / images : 0;
  const actual = (part: string, usd: number, detail: string): CostPart => ({
    part,
    usd: usd * scale,
    detail,
  });
  const parts = [
    ...s3.map(({ part, usd }) => ({ part, usd: images > 0 ? usd : 0, detail: "estimated by images" })),
    actual(
      "Lambda, all functions",
      gigabyteSeconds * prices.lambdaGigabyteSecond[pipeline.architecture] +
        total("invocations") * prices.lambdaRequest,
      `${Math.round(gigabyteSeconds)} GB-seconds, ${total("invocations")} invocations`,
    ),
    actual("SNS", total("publishes") * prices.snsPublish, `${total("publishes")} messages`),
    actual(
      "SQS",
      (total("messages") + total("emptyReceives")) * prices.sqsRequest,
      `${total("messages")} messages sent, received, deleted; ${total("emptyReceives")} empty receives`,
    ),
    actual("logs", (total("logs") / 1e9) * prices.logGigabyte, `${(total("logs") / 1e9).toFixed(2)} GB`),
  ];
  const gigabytes = total("storage") / days / 1e9;
  return {
    days,
    images,
    perMillion: { usd: parts.reduce((sum, { usd }) => sum + usd, 0), parts },
    storagePerMonth: { gigabytes, usd: gigabytes * prices.s3GigabyteMonth },
  };
}

function functionsOf({ pipeline, names }: Deployed): { name: string; megabytes: number }[] {
  const { ingest, worker, analysis } = pipeline;
  return [
    { name: names.function(FUNCTIONS.ingest), megabytes: ingest.memoryMegabytes },
    { name: names.function(FUNCTIONS.worker), megabytes: worker.memoryMegabytes },
    { name: names.function(FUNCTIONS.backfill), megabytes: worker.memoryMegabytes },
    ...(analysis.enabled
      ? [{ name: names.function(FUNCTIONS.analyzer), megabytes: analysis.memoryMegabytes }]
      : []),
  ];
}

/** The metrics of every part; a function's metrics are those of all its versions. */
function toWanted(connection: Deployed) {
  const { names, pipeline, accountId } = connection;
  const functions = functionsOf(connection).map(({ name }) => name);
  const queues = [
    SUBSCRIBERS.renditions,
    SUBSCRIBERS.backfill,
    ...(pipeline.analysis.enabled ? [SUBSCRIBERS.analysis] : []),
  ].map(names.subscriberQueue);
  const metrics = (
    namespace: string,
    dimension: string,
    values: readonly string[],
    ...all: readonly string[]
  ): Wanted[] =>
    values.flatMap((value) =>
      all.map((metric) => ({ namespace, metric, dimensions: { [dimension]: value } })),
    );
  const renderers = [FUNCTIONS.worker, FUNCTIONS.backfill].map(names.function);
  const ownMetric = (metric: string): Wanted[] =>
    renderers.map((name) => ({
      namespace: "ImagePipeline",
      metric,
      dimensions: { service: "worker", function: name },
    }));
  return {
    images: [...ownMetric("ImagesProcessed"), ...ownMetric("ImagesRejected")],
    durations: metrics("AWS/Lambda", "FunctionName", functions, "Duration"),
    invocations: metrics("AWS/Lambda", "FunctionName", functions, "Invocations"),
    publishes: metrics(
      "AWS/SNS",
      "TopicName",
      [names.imageEventsTopic, names.imageResultsTopic],
      "NumberOfMessagesPublished",
    ),
    messages: metrics(
      "AWS/SQS",
      "QueueName",
      queues,
      "NumberOfMessagesSent",
      "NumberOfMessagesReceived",
      "NumberOfMessagesDeleted",
    ),
    emptyReceives: metrics("AWS/SQS", "QueueName", queues, "NumberOfEmptyReceives"),
    logs: metrics(
      "AWS/Logs",
      "LogGroupName",
      functions.map((name) => `/aws/lambda/${name}`),
      "IncomingBytes",
    ),
    storage: [
      {
        namespace: "AWS/S3",
        metric: "BucketSizeBytes",
        dimensions: { BucketName: names.processedBucket(accountId), StorageType: "StandardStorage" },
        stat: "Average" as const,
      },
    ],
  };
}

/** Returns the sum of each metric's daily values. */
async function readSums(
  wanted: readonly Wanted[],
  { client: settings }: Deployed,
  { from, to }: { from: number; to: number },
): Promise<ReadonlyMap<Wanted, number>> {
  const client = new CloudWatchClient(settings);
  const sums = new Map<Wanted, number>();
  const request = {
    StartTime: new Date(from),
    EndTime: new Date(to),
    MetricDataQueries: wanted.map(toQuery),
  };
  try {
    for await (const { MetricDataResults = [] } of paginateGetMetricData({ client }, request))
      for (const { Id = "", Values = [] } of MetricDataResults) {
        const one = wanted[Number(Id.slice(1))];
        if (one) sums.set(one, (sums.get(one) ?? 0) + Values.reduce((sum, value) => sum + value, 0));
      }
    return sums;
  } finally {
    client.destroy();
  }
}

function toQuery({ namespace, metric, dimensions, stat = "Sum" }: Wanted, index: number): MetricDataQuery {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const Metric = { Namespace: namespace, MetricName: metric, Dimensions };
  return { Id: `m${index}`, MetricStat: { Metric, Period: DAY_SECONDS, Stat: stat } };
}
