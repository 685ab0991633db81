import { join } from "node:path";
import type { Comparison } from "./comparison.ts";
import type { InProcessOrder } from "./contenders/compare-in-process.ts";
import { engineProcess, imageMagick, type Program, vipsthumbnail } from "./contenders/whole-process.ts";
import { bundle } from "./measure/bundle.ts";
import { interleave, type Times } from "./measure/interleave.ts";
import { runBundled } from "./measure/run-bundled.ts";
import { heicPhotographs, photographsForAll } from "./photographs.ts";
import { note } from "./report/progress.ts";

const CONTENDERS = join(import.meta.dirname, "contenders");

/**
 * CPU time for each picture: in one process, with wide-gamut profiles, as shipped, and in a process for each picture.
 *
 * @throws {UserFault} before it measures anything, when every photograph is HEIC
 */
export async function benchEngine(order: InProcessOrder): Promise<Comparison[]> {
  const pictures = photographsForAll(order.photos);
  if (heicPhotographs(order.photos).length === 0)
    note(
      "skipped: HEIC, as no photograph is one: give --photos DIR with .heic files, such as an iPhone takes",
    );
  let comparisons: Comparison[] = [];
  await runBundled(join(CONTENDERS, "compare-in-process.ts"), {
    order,
    onMessage: (message) => {
      comparisons = JSON.parse(String(message));
    },
  });
  const engine = engineProcess(await bundle(join(CONTENDERS, "render-once.ts")));
  const programs = [engine, vipsthumbnail, imageMagick].filter(isInstalled);
  const times = await interleave(programs, pictures, order.rounds);
  return [...comparisons, againstPrograms(comparisons[0], times)];
}

/** The programs pay for their start with every picture; this engine, in a function that stays warm, does not. */
function againstPrograms(inProcess: Comparison | undefined, times: Times): Comparison {
  const base = "this engine, its process kept";
  return {
    title: "five widths in WebP and JPEG, against programs started for each picture or rendition",
    base,
    times: { [base]: inProcess?.times[inProcess.base] ?? [], ...times },
  };
}

function isInstalled({ name, version }: Program): boolean {
  if (version === undefined) note(`skipped: ${name} is not installed`);
  return version !== undefined;
}
