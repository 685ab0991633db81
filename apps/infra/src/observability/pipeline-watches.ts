import type { Deployment } from "../deployment.ts";
import { toPascal } from "../names.ts";
import { auditWatches } from "./audit-watches.ts";
import { asynchronousWatches, functionWatches } from "./function-watches.ts";
import { deadLettersWatch } from "./queue-watches.ts";
import type { Watch } from "./watch.ts";

const AT_ONCE = { periodSeconds: 60, periods: { reached: 1, of: 1 } };
/** So few images say nothing about a share. */
const FEWEST_IMAGES = 20;

/** Everything that is watched, in the order of an image's way. */
export function pipelineWatches(
  { pipeline, names }: Pick<Deployment, "pipeline" | "names">,
  subscribers: readonly { watches: readonly Watch[] }[],
): Watch[] {
  const { timeoutSeconds } = pipeline.ingest;
  const ingest = { name: "ingest", functionName: names.ingestFunction, timeoutSeconds };
  return [
    ...functionWatches(ingest),
    ...asynchronousWatches(ingest),
    deadLettersWatch("ingest-failures", names.ingestFailureQueue, "ingest-failures"),
    deadLettersWatch("ingest-dead-letters", names.ingestDeadLetterQueue, "ingest-failures"),
    ...deliveries("image-events", names.imageEventsTopic),
    ...subscribers.flatMap(({ watches }) => watches),
    ...deliveries("image-results", names.imageResultsTopic),
    ...auditWatches({ pipeline, names }),
  ];
}

/** What SNS could not deliver, and what it could not even put into the subscription's DLQ. */
function deliveries(topic: string, TopicName: string): Watch[] {
  const failed = (what: string, name: string, meaning: string): Watch => ({
    ...AT_ONCE,
    id: toPascal(`${topic}-${what}`),
    name: `${topic}-${what}`,
    meaning,
    section: "events-not-delivered",
    isSevere: true,
    measure: { namespace: "AWS/SNS", name, statistic: "Sum", dimensions: { TopicName } },
    threshold: 1,
  });
  return [
    failed("undelivered", "NumberOfNotificationsFailed", `SNS could not deliver a message of ${TopicName}`),
    failed(
      "lost",
      "NumberOfNotificationsFailedToRedriveToDlq",
      `SNS could neither deliver a message of ${TopicName} nor put it into a DLQ`,
    ),
  ];
}

/** Of the worker's own metrics (`apps/worker/src/image-metrics.ts`). */
export function rejections(worker: string, functionName: string, maxRejectedPercent: number): Watch {
  const images = (name: string, status: string) => ({
    namespace: "ImagePipeline",
    name,
    statistic: "Sum",
    dimensions: { service: "worker", function: functionName, status },
  });
  return {
    id: toPascal(`${worker}-rejections`),
    name: `${worker}-rejections`,
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
