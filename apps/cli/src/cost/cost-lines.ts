import { toTable } from "../terminal/table.ts";
import { toAmount, toCount } from "../terminal/units.ts";
import type { CostEstimate, CostPart, CostReport } from "./json.ts";

/** A person sees this many changes; `--json` has all. */
const SHOWN_SAVINGS = 6;

/** Returns the report as lines for a person. */
export function toLines(report: CostReport): string[] {
  const { environment, pricesOf, storagePerMonth, measured, deliveriesPerMillion } = report;
  const { gigabytes, usd } = storagePerMonth;
  return [
    `a million images with the settings of ${environment} (list prices of ${pricesOf}, without free tiers)`,
    "",
    ...parts(report),
    "",
    `idle: ${report.idlePerMonth ? idle(report.idlePerMonth) : "not calculated (--no-idle)"}`,
    `storage: ${dollars(usd)} USD a month for the ${gigabytes.toFixed(0)} GB of a million images' renditions`,
    ...(deliveriesPerMillion
      ? [`delivery: ${dollars(deliveriesPerMillion.usd)} USD for a million pictures by CloudFront`]
      : []),
    "",
    ...savings(report),
    "",
    `measured on ${measured.date} with ${toAmount(measured.megapixels.length, "photograph")} of ${range(measured.megapixels)} megapixels, on ${measured.machine}`,
    ...(report.work.isMeasured ? [] : ["a preset was not measured: its figures are estimated by its pixels"]),
    "measure again, on this machine: npx pipeline bench cost --store",
    ...usage(report),
  ];
}

/** The parts, beside those with the changes or those of the real usage. */
function parts({ perMillion, changed, actual }: CostReport): string[] {
  const others = [
    ...(changed ? [{ head: "changed", sum: changed.perMillion }] : []),
    ...(actual ? [{ head: `${actual.days} days`, sum: actual.perMillion }] : []),
  ];
  const names = [
    ...new Set(
      [perMillion, ...others.map(({ sum }) => sum)].flatMap(({ parts }) => parts.map(({ part }) => part)),
    ),
  ];
  const cell = (all: readonly CostPart[], name: string) => {
    const found = all.find(({ part }) => part === name);
    return found ? dollars(found.usd) : "-";
  };
  const details = [...perMillion.parts, ...others.flatMap(({ sum }) => sum.parts)];
  const rows = names.map((name) => [
    name,
    cell(perMillion.parts, name),
    ...others.map(({ sum }) => cell(sum.parts, name)),
    details.find(({ part }) => part === name)?.detail ?? "",
  ]);
  const total = ["all", dollars(perMillion.usd), ...others.map(({ sum }) => dollars(sum.usd)), ""];
  const head = ["part", "USD", ...others.map(({ head }) => head), "for"];
  return toTable([head, ...rows, total], [1, 2, 3].slice(0, 1 + others.length));
}

function idle({ usd, parts }: NonNullable<CostReport["idlePerMonth"]>): string {
  const named = parts.map((one) => `${one.part} ${dollars(one.usd)}`).join(", ");
  return `${dollars(usd)} USD a month without any upload${named === "" ? "" : ` (${named})`}`;
}

function savings({ savings }: CostReport): string[] {
  const useful = savings.filter(({ saves }) => saves > 0.005).slice(0, SHOWN_SAVINGS);
  const rows = useful.map(({ change, saves, loses }) => [change, dollars(saves), loses]);
  return toTable([["the most is saved by", "USD", "at the loss of"], ...rows], [1]);
}

function usage({ actual }: CostReport): string[] {
  if (!actual) return [];
  const { images, days, storagePerMonth } = actual;
  return images === 0
    ? [`no image in the last ${days} days: there is no usage to compare with`]
    : [
        `usage: ${toCount(images)} images in the last ${days} days; the processed bucket holds ${storagePerMonth.gigabytes.toFixed(1)} GB, ${dollars(storagePerMonth.usd)} USD a month`,
      ];
}

function range(values: CostEstimate["measured"]["megapixels"]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least === most ? `${least}` : `${least} to ${most}`;
}

function dollars(usd: number): string {
  return usd.toFixed(2);
}
