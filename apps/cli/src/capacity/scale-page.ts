import type { Pipeline } from "@image-pipeline/schema/config";
import { type LocalRuntime, localRuntimeTables } from "../bench/local-runtime.ts";
import { toCount, toDuration } from "../terminal/units.ts";
import type { DayLoad } from "./day-loads.ts";
import { BACKFILL_IMAGES, backfillHours, s3Rate } from "./scale-plots.ts";

const GENERATED = /(<!-- generated from apps\/cli\/src\/capacity: (\w+) -->\n).*?(<!-- end of \2 -->)/gs;
const BACKFILL_EXECUTIONS = 500;

export interface ScalePageInput {
  pipeline: Pipeline;
  loads: readonly DayLoad[];
  localRuntime: LocalRuntime;
}

/** Returns docs/scale.md with its generated parts for an environment's settings. */
export function withScale(page: string, { pipeline, loads, localRuntime }: ScalePageInput): string {
  const parts = new Map([
    ["loads", loadsTable(loads)],
    ["backfill", backfillLines(pipeline, loads)],
    ["runtime", localRuntimeTables(localRuntime)],
  ]);
  return page.replace(
    GENERATED,
    (_, begin: string, name: string, end: string) => `${begin}\n${parts.get(name) ?? ""}\n\n${end}`,
  );
}

/** The loads that are powers of ten. */
function loadsTable(loads: readonly DayLoad[]): string {
  const rows = loads
    .filter(({ imagesPerDay }) => Number.isInteger(Math.log10(imagesPerDay)))
    .map(({ imagesPerDay, imagesPerHour, environments, maximumConcurrency, s3Partitions, report }) => [
      toCount(imagesPerDay),
      toCount(Math.round(imagesPerHour)),
      String(environments),
      String(maximumConcurrency),
      String(s3Partitions),
      `${toDuration(report.dwellSeconds.p50)}, ${toDuration(report.dwellSeconds.p99)}`,
      toCount(Math.round((report.price.usdPerMillion * imagesPerDay) / 1e6)),
    ]);
  const head = [
    "Images a day",
    "In the busiest hour",
    "Environments",
    "`worker.maximumConcurrency`",
    "S3 parts",
    "Dwell, p50 and p99",
    "USD a day",
  ];
  const lines = [head, head.map(() => "---:"), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function backfillLines(pipeline: Pipeline, loads: readonly DayLoad[]): string {
  const hours = (executions: number, s3Partitions: number) =>
    Math.round(backfillHours(pipeline, executions, s3Partitions));
  const usd = ((loads[0]?.report.price.usdPerMillion ?? 0) * BACKFILL_IMAGES) / 1e6;
  const milliseconds = loads[0]?.report.assumed.workerMilliseconds ?? 0;
  return [
    `- **Duration**: at ${BACKFILL_EXECUTIONS} concurrent executions and ${milliseconds} ms for an image, ${hours(BACKFILL_EXECUTIONS, 4)} hours.`,
    `  Before S3 has divided \`renditions/\`, its writes allow ${Math.floor(s3Rate(pipeline))} images a second: ${hours(1000, 1)} hours at least. So begin with a tenth of the`,
    "  executions, and raise them when S3 answers without `SlowDown`.",
    `- **Price**: ${toCount(Math.round(usd))} USD, a hundred times the price of a million images; the ingest function's share of it is not needed.`,
  ].join("\n");
}
