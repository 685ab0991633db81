import type { Presets } from "@image-pipeline/schema/config";
import { USD } from "@image-pipeline/schema/prices";
import { toPhoneSize } from "../cost/bench-cost.ts";
import { toBatch, toEnvironment, toSources } from "../handlers/events.ts";
import { runHandler } from "../handlers/handler-run.ts";
import { unpackHandler } from "../handlers/handler-zips.ts";
import { startStandInAws } from "../handlers/stand-in-aws.ts";
import { mean } from "../measure/mean.ts";
import { photographs } from "../photographs.ts";
import { progress } from "../report/progress.ts";
import { type Row, toMilliseconds, toTable } from "../report/table.ts";

/** The worker's wall time for an image at a memory size, and the price of a million. */
export interface PowerPoint {
  megabytes: number;
  milliseconds: number;
  usdPerMillion: number;
}

const ONE_CPU_MEGABYTES = 1769;
const SIZES = [512, 768, 1024, 1280, 1536, 1769];
const DISTANCE = { firstByteMilliseconds: 25, bytesPerMillisecond: 80_000 };
const WARM_UP = 4;

/**
 * Runs the worker with the share of a CPU that each memory size has, turn by turn. Other programs on the machine make all of them
 * slower: the least time of each picture counts.
 */
export async function benchPower(
  folder: string | undefined,
  { rounds, presets }: { rounds: number; presets: Presets },
): Promise<PowerPoint[]> {
  const given = photographs(folder);
  const pictures = folder === undefined ? await Promise.all(given.map(toPhoneSize)) : given;
  const aws = await startStandInAws(toSources(pictures), DISTANCE);
  const environment = { ...toEnvironment(aws.endpoint, presets), _HANDLER: "index.handler" };
  const { module } = unpackHandler("worker");
  const warmUp = Array.from({ length: WARM_UP }, (_, index) => pictures[index % pictures.length]);
  const events = [...warmUp, ...pictures].flatMap((picture) => (picture ? [toBatch([picture])] : []));
  const walls = new Map(SIZES.map((megabytes) => [megabytes, [] as number[][]]));
  try {
    for (let round = 0; round < rounds; round++)
      for (const megabytes of SIZES) {
        progress(`round ${round + 1} of ${rounds}: ${megabytes} MB`);
        const share = Math.min(1, megabytes / ONE_CPU_MEGABYTES);
        const times = await runHandler({ module, events }, environment, { share });
        walls.get(megabytes)?.push(times.events.slice(WARM_UP).map(({ wall }) => wall));
      }
  } finally {
    aws.close();
    progress("");
  }
  return SIZES.map((megabytes) => {
    const rounds = walls.get(megabytes) ?? [];
    const least = pictures.map((_, index) => Math.min(...rounds.map((times) => times[index] ?? Number.NaN)));
    const milliseconds = mean(least);
    const gigabyteSeconds = (milliseconds / 1000) * (megabytes / 1024);
    return { megabytes, milliseconds, usdPerMillion: gigabyteSeconds * USD.lambdaGigabyteSecond.arm64 * 1e6 };
  });
}

export function powerTable(points: readonly PowerPoint[]): string {
  const head: Row = ["Memory", "share of a vCPU", "wall time of an image", "a million images, arm64"];
  const rows = points.map(
    ({ megabytes, milliseconds, usdPerMillion }): Row => [
      `${megabytes} MB`,
      Math.min(1, megabytes / ONE_CPU_MEGABYTES).toFixed(2),
      toMilliseconds(milliseconds),
      `${usdPerMillion.toFixed(2)} USD`,
    ],
  );
  return toTable(head, rows);
}
