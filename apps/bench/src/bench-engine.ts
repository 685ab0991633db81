import type { Presets } from "@image-pipeline/schema/config";
import { note } from "./command/progress.ts";
import { engine, floor, naiveSharp } from "./contenders/in-process.ts";
import { naiveDefaults } from "./contenders/naive-defaults.ts";
import { engineProcess, imageMagick, type Program, vipsthumbnail } from "./contenders/whole-process.ts";
import { interleave, type Times, timesLonger } from "./measure/interleave.ts";
import { mean } from "./measure/mean.ts";
import type { Photograph } from "./photographs.ts";
import { type Row, toFactor, toMilliseconds, toTable } from "./report/table.ts";
import { toWideGamut } from "./wide-gamut.ts";

const ENGINE = "this engine";
const SHIPPED = "this engine, shipped presets";

/** A comparison of this engine with others doing the same. */
export interface Comparison {
  title: string;
  /** Whom the others are measured against. */
  base: string;
  times: Times;
}

/** CPU time for each picture: in one process, in a process for each picture, with wide-gamut profiles, and as shipped. */
export async function benchEngine(
  photographs: readonly Photograph[],
  { rounds, shipped }: { rounds: number; shipped: Presets },
): Promise<Comparison[]> {
  const programs = [engineProcess, vipsthumbnail, imageMagick].filter(isInstalled);
  const wide = await toWideGamut(photographs);
  return [
    {
      title: "five widths, WebP (effort 4, quality 80) and JPEG (quality 80), in one process",
      base: ENGINE,
      times: await interleave([engine(ENGINE), naiveSharp, floor], photographs, rounds),
    },
    {
      title: "the same, photographs with a Display P3 profile",
      base: ENGINE,
      times: await interleave([engine(ENGINE), naiveSharp], wide, rounds),
    },
    {
      title: "the same, a process for each picture or rendition, its start included",
      base: engineProcess.name,
      times: await interleave(programs, photographs, rounds),
    },
    {
      title: "the shipped presets, against naive sharp with its default encoders, WebP and JPEG",
      base: SHIPPED,
      times: await interleave([engine(SHIPPED, shipped), naiveDefaults(shipped)], photographs, rounds),
    },
  ];
}

/** A comparison as text: the mean over the pictures, and how many times this engine's time that is. */
export function comparisonTable({ title, base, times }: Comparison): string {
  const rows = Object.entries(times).map(([name, all]): Row => {
    const { overall, least, most } = timesLonger(times, name, base);
    return [name, toMilliseconds(mean(all)), toFactor(overall), `${toFactor(least)} to ${toFactor(most)}`];
  });
  const head: Row = ["CPU time for each picture", "mean", "against us", "on one picture"];
  return `${title}

${toTable(head, rows)}
`;
}

function isInstalled({ name, version }: Program): boolean {
  if (version === undefined) note(`skipped: ${name} is not installed`);
  return version !== undefined;
}
