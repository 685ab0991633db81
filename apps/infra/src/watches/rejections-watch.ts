import { toPascal } from "../names.ts";
import type { Watch } from "./watch.ts";

/** Fewest images for which a share of rejections is meaningful. */
const FEWEST_IMAGES = 20;

/** Watches the share of rejected images, by the metrics in `apps/worker/src/image-metrics.ts`. */
export function rejectionsWatch(worker: string, functionName: string, maxRejectedPercent: number): Watch {
  const images = (name: string, status: string) => ({
    namespace: "ImagePipeline",
    name,
    statistic: "Sum",
    dimensions: { service: "worker", function: functionName, status },
  });
  return {
    id: toPascal(`${worker}-rejections`),
    name: `${worker}-rejections`,
    meaning: `More than ${maxRejectedPercent} % of images were rejected within 15 minutes`,
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
