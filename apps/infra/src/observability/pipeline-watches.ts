import type { Deployment } from "../deployment.ts";
import { asynchronousWatches, functionWatches, type WatchedFunction } from "./function-watches.ts";
import type { RunbookSection, Watch } from "./watch.ts";

const MINUTE = { periodSeconds: 60, periods: { reached: 3, of: 5 } };
const AT_ONCE = { periodSeconds: 60, periods: { reached: 1, of: 1 } };
/** So few images say nothing about a share. */
const FEWEST_IMAGES = 20;

/** Everything that is watched, in the order of an image's way. */
export function pipelineWatches({ pipeline, names }: Deployment): Watch[] {
  const ingest: WatchedFunction = {
    id: "Ingest",
    functionName: names.ingestFunction,
    timeoutSeconds: pipeline.ingest.timeoutSeconds,
  };
  const worker: WatchedFunction = {
    id: "Worker",
    functionName: names.workerFunction,
    timeoutSeconds: pipeline.worker.timeoutSeconds,
  };
  return [
    ...functionWatches(ingest),
    ...asynchronousWatches(ingest),
    deadLetters("IngestFailures", names.ingestFailureQueue, "ingest-failures"),
    deadLetters("IngestDeadLetters", names.ingestDeadLetterQueue, "ingest-failures"),
    ...deliveries("ImageEvents", names.imageEventsTopic),
    queueAge(names.renditionsQueue, pipeline.alarms.maxQueueAgeSeconds),
    ...functionWatches(worker),
    deadLetters("RenditionsDeadLetters", names.renditionsDeadLetterQueue, "renditions-dead-letters"),
    rejections(worker.functionName, pipeline.alarms.maxRejectedPercent),
    ...deliveries("ImageResults", names.imageResultsTopic),
  ];
}

/** By what lies there: SQS does not count what it moves to a DLQ itself as sent (NumberOfMessagesSent). */
function deadLetters(id: string, QueueName: string, section: RunbookSection): Watch {
  return {
    ...AT_ONCE,
    id,
    name: `${toKebab(id)}-waiting`,
    meaning: `Images failed for good and wait in ${QueueName}`,
    section,
    isSevere: true,
    measure: {
      namespace: "AWS/SQS",
      name: "ApproximateNumberOfMessagesVisible",
      statistic: "Maximum",
      dimensions: { QueueName },
    },
    threshold: 1,
  };
}

function queueAge(QueueName: string, maxQueueAgeSeconds: number): Watch {
  return {
    ...MINUTE,
    id: "RenditionsAge",
    name: "renditions-age",
    meaning: `Uploads wait longer than ${maxQueueAgeSeconds} s for the worker`,
    section: "uploads-wait",
    isSevere: true,
    measure: {
      namespace: "AWS/SQS",
      name: "ApproximateAgeOfOldestMessage",
      statistic: "Maximum",
      dimensions: { QueueName },
    },
    threshold: maxQueueAgeSeconds,
  };
}

/** What SNS could not deliver, and what it could not even put into the subscription's DLQ. */
function deliveries(id: string, TopicName: string): Watch[] {
  const failed = (what: string, name: string, meaning: string): Watch => ({
    ...AT_ONCE,
    id: `${id}${what}`,
    name: `${toKebab(id)}-${toKebab(what)}`,
    meaning,
    section: "events-not-delivered",
    isSevere: true,
    measure: { namespace: "AWS/SNS", name, statistic: "Sum", dimensions: { TopicName } },
    threshold: 1,
  });
  return [
    failed("Undelivered", "NumberOfNotificationsFailed", `SNS could not deliver a message of ${TopicName}`),
    failed(
      "Lost",
      "NumberOfNotificationsFailedToRedriveToDlq",
      `SNS could neither deliver a message of ${TopicName} nor put it into a DLQ`,
    ),
  ];
}

/** Of the worker's own metrics (`apps/worker/src/image-metrics.ts`). */
function rejections(functionName: string, maxRejectedPercent: number): Watch {
  const images = (name: string, status: string) => ({
    namespace: "ImagePipeline",
    name,
    statistic: "Sum",
    dimensions: { service: "worker", function: functionName, status },
  });
  return {
    id: "WorkerRejections",
    name: "worker-rejections",
    meaning: `More than ${maxRejectedPercent} % of the images of a quarter of an hour were rejected`,
    section: "many-rejections",
    isSevere: false,
    measure: {
      expression: `IF(FILL(rejected, 0) + FILL(processed, 0) >= ${FEWEST_IMAGES}, 100 * FILL(rejected, 0) / (FILL(rejected, 0) + FILL(processed, 0)), 0)`,
      label: "rejected, in percent",
      metrics: {
        rejected: images("ImagesRejected", "rejected"),
        processed: images("ImagesProcessed", "processed"),
      },
    },
    threshold: maxRejectedPercent,
    periodSeconds: 900,
    periods: { reached: 1, of: 1 },
  };
}

function toKebab(id: string): string {
  return id.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();
}
