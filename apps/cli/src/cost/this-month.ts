import type { Clock } from "@image-pipeline/local/clock";
import { type Deployed, readUsage } from "./actual-usage.ts";
import type { CostPart } from "./json.ts";

/** The usage of an environment since the first of this month (UTC), and what the month costs at this rate. */
export interface MonthCost {
  /** ISO 8601, UTC. */
  from: string;
  images: number;
  /** US dollars until now. */
  usd: number;
  perThousand: { usd: number; parts: CostPart[] };
  forecast: { images: number; usd: number };
}

const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;

/** Reads this month's usage from CloudWatch's metrics. */
export async function readMonth(connection: Deployed, { now }: Pick<Clock, "now">): Promise<MonthCost> {
  const at = new Date(now());
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()];
  const [from, end] = [Date.UTC(year, month), Date.UTC(year, month + 1)];
  // A forecast from less than a day would be of an hour's burst.
  const elapsed = Math.max(at.getTime() - from, DAY_MILLISECONDS);
  const { images, perMillion } = await readUsage(connection, { now }, from);
  const usd = (images / 1_000_000) * perMillion.usd;
  const rate = (end - from) / elapsed;
  return {
    from: new Date(from).toISOString(),
    images,
    usd,
    perThousand: {
      usd: perMillion.usd / 1000,
      parts: perMillion.parts.map((part) => ({ ...part, usd: part.usd / 1000 })),
    },
    forecast: { images: Math.round(images * rate), usd: usd * rate },
  };
}
