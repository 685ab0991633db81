import type { Pipeline } from "@image-pipeline/schema/config";
import { toCount, toDuration } from "../terminal/units.ts";
import { estimateCapacity } from "./capacity.ts";

const IMAGES_PER_DAY = [1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000] as const;
/** Share of a day's images that come in its busiest hour. */
const BUSIEST_HOUR = 0.1;
/** A minute of that hour's images comes at once. */
const BURST_MINUTES = 1;
/** Room above the mean load. */
const SPARE = 1.2;

const GENERATED =
  /(<!-- generated from apps\/cli\/src\/capacity .*?-->\n).*?(<!-- end of the generated part -->)/s;

/** Returns docs/scale.md with the table for an environment's settings. */
export function withScaleTable(page: string, pipeline: Pipeline): string {
  return page.replace(
    GENERATED,
    (_, begin: string, end: string) => `${begin}\n${scaleTable(pipeline)}\n\n${end}`,
  );
}

/** The settings of an environment, with as many concurrent executions as each load needs. */
function scaleTable(pipeline: Pipeline): string {
  const rows = IMAGES_PER_DAY.map((perDay) => {
    const imagesPerHour = perDay * BUSIEST_HOUR;
    const burst = Math.round((imagesPerHour / 60) * BURST_MINUTES);
    const question = { imagesPerHour, burst, accountConcurrency: 10_000 };
    const { assumed } = estimateCapacity(pipeline, question);
    const wanted = Math.ceil((SPARE * imagesPerHour * assumed.workerMilliseconds) / 3_600_000);
    const maximumConcurrency = Math.min(1000, Math.max(pipeline.worker.maximumConcurrency, wanted));
    const report = estimateCapacity(
      { ...pipeline, worker: { ...pipeline.worker, maximumConcurrency } },
      question,
    );
    const [reached] = report.limits.filter(({ isReached }) => isReached);
    const { p50, p99 } = report.dwellSeconds;
    return [
      toCount(perDay),
      toCount(Math.round(imagesPerHour)),
      String(maximumConcurrency),
      report.isSustainable ? `${toDuration(p50)}, ${toDuration(p99)}` : "grows",
      reached?.limit ?? "none",
      toCount(Math.round((report.price.usdPerMillion * perDay) / 1e6)),
    ];
  });
  const head = [
    "Images a day",
    "In the busiest hour",
    "`worker.maximumConcurrency`",
    "Dwell, p50 and p99",
    "Limit that is reached",
    "USD a day",
  ];
  const lines = [head, head.map((_, column) => (column === 4 ? "---" : "---:")), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
