import { join } from "node:path";
import type { Presets } from "@image-pipeline/schema/config";
import { LIMITS } from "../contenders/recipe.ts";
import { mean } from "../measure/mean.ts";
import { runBundled } from "../measure/run-bundled.ts";
import type { Photograph } from "../photographs.ts";
import { progress } from "../report/progress.ts";
import { type Row, toTable } from "../report/table.ts";

const MEBIBYTE = 2 ** 20;

/** The worker's own setting of glibc's allocator. */
const OWN = { "MALLOC_ARENA_MAX=2": { MALLOC_ARENA_MAX: "2" } };
const OTHERS = {
  "glibc as it is": {},
  "MALLOC_ARENA_MAX=1": { MALLOC_ARENA_MAX: "1" },
};

/** Resident memory after each picture, in MiB, by allocator setting. */
export type MemoryCurves = Record<string, number[]>;

export async function benchMemory(
  photographs: readonly Photograph[],
  { pictures, presets, allocators }: { pictures: number; presets: Presets; allocators: boolean },
): Promise<MemoryCurves> {
  const curves: MemoryCurves = {};
  for (const [name, environment] of Object.entries(allocators ? { ...OTHERS, ...OWN } : OWN)) {
    const { MALLOC_ARENA_MAX: _own, ...inherited } = process.env;
    const curve: number[] = [];
    await runBundled(join(import.meta.dirname, "render-many.ts"), {
      order: { paths: photographs.map(({ path }) => path), pictures, recipe: { presets, limits: LIMITS } },
      environment: { ...inherited, ...environment },
      onMessage: (bytes) => {
        curve.push(Math.round(Number(bytes) / MEBIBYTE));
        progress(`${name}: picture ${curve.length} of ${pictures}, ${curve.at(-1)} MiB`);
      },
    });
    curves[name] = curve;
  }
  progress("");
  return curves;
}

/** The memory at some points of each curve, its highest, and what the last three quarters added. */
export function memoryTable(curves: MemoryCurves): string {
  const [first = []] = Object.values(curves);
  const points = [0.1, 0.25, 0.5, 0.75, 1].map((share) => Math.max(1, Math.round(share * first.length)));
  const head: Row = ["Resident memory (MiB) after picture", ...points.map(String), "highest", "growth"];
  const rows = Object.entries(curves).map(([name, curve]): Row => {
    const growth =
      mean(curve.slice(-curve.length / 4)) - mean(curve.slice(curve.length / 4, curve.length / 2));
    return [
      name,
      ...points.map((point) => String(curve[point - 1])),
      String(Math.max(...curve)),
      growth.toFixed(0),
    ];
  });
  return `${toTable(head, rows)}\ngrowth: the mean of the last quarter less that of the second\n`;
}
