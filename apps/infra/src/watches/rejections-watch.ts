import { toPascal } from "../names.ts";
import type { Metric, Watch } from "./watch.ts";

/** Fewest images for which a share of rejections is meaningful. */
const FEWEST_IMAGES = 20;

/**
 * Watches the share of rejected images, by the metrics in `apps/worker/src/image-metrics.ts`, which has both for every image:
 * metric math has no result for a period in which one of its metrics has no data.
 */
export function rejectionsWatch(worker: string, functionName: string, maxRejectedPercent: number): Watch {
  const images = (name: string) => countOf(name, functionName);
  return {
    id: toPascal(`${worker}-rejections`),
    name: `${worker}-rejections`,
    meaning: `More than ${maxRejectedPercent} % of images were rejected within 15 minutes`,
    section: "many-rejections",
    isSevere: false,
    measure: {
      expression: `IF(rejected + processed >= ${FEWEST_IMAGES}, 100 * rejected / (rejected + processed), 0)`,
      label: "rejected, in percent",
      metrics: {
        rejected: images("ImagesRejected"),
        processed: images("ImagesProcessed"),
      },
    },
    threshold: maxRejectedPercent,
    periodSeconds: 900,
    periods: { reached: 1, of: 1 },
  };
}

/**
 * Watches the rejections that no check foresaw, by the metric in `packages/lambda-kit/src/unexpected-rejections.ts`: each may be a bug
 * of the pipeline, which no failed message shows.
 */
export function unexpectedRejectionsWatch(worker: string, functionName: string): Watch {
  return {
    id: toPascal(`${worker}-unexpected-rejections`),
    name: `${worker}-unexpected-rejections`,
    meaning: "An image was rejected for an error that may be a bug of the pipeline",
    section: "unexpected-rejections",
    isSevere: false,
    measure: countOf("UnexpectedRejections", functionName),
    threshold: 1,
    periodSeconds: 900,
    periods: { reached: 1, of: 1 },
  };
}

function countOf(name: string, functionName: string): Metric {
  return {
    namespace: "ImagePipeline",
    name,
    statistic: "Sum",
    dimensions: { function: functionName, service: "worker" },
  };
}
