import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Figures } from "@image-pipeline/bench";
import * as z from "zod";
import { Machine } from "../cost/measurement.ts";
import { toCount } from "../terminal/units.ts";
import { Burst, StoreTimes } from "./json.ts";

const FILE = join(import.meta.dirname, "local-runtime.json");

/** The figures of `bench burst` and `bench store` for docs/scale.md; every one with the machine of the last run. */
const LocalRuntime = z.object({
  machine: Machine,
  bursts: z.array(Burst.extend({ pictures: z.enum(["small", "photographs"]) })),
  store: z.array(StoreTimes),
});
export type LocalRuntime = z.infer<typeof LocalRuntime>;

/** Reads the figures that `npx pipeline bench burst store --store` wrote. */
export function storedLocalRuntime(): LocalRuntime {
  return LocalRuntime.parse(JSON.parse(readFileSync(FILE, "utf8")));
}

/** Keeps new figures in place of those of the same size. @param isOfPhotographs true if the burst was not of small pictures */
export async function keepLocalRuntime(figures: Figures, isOfPhotographs: boolean): Promise<void> {
  const kept = withFigures(storedLocalRuntime(), figures, isOfPhotographs);
  await writeFile(FILE, `${JSON.stringify(kept, null, 2)}\n`);
}

/** Returns stored figures with those of a run, by size. */
export function withFigures(
  stored: LocalRuntime,
  { burst, store = [], machine }: Pick<Figures, "burst" | "store" | "machine">,
  isOfPhotographs: boolean,
): LocalRuntime {
  const pictures = isOfPhotographs ? "photographs" : "small";
  const bursts = burst ? [{ ...burst, pictures } as const] : [];
  const isOther = (one: LocalRuntime["bursts"][number]) =>
    !bursts.some(({ images }) => images === one.images && pictures === one.pictures);
  const bySize = (a: { images: number }, b: { images: number }) => a.images - b.images;
  return LocalRuntime.parse({
    machine,
    bursts: [...stored.bursts.filter(isOther), ...bursts].toSorted(bySize),
    store: [
      ...stored.store.filter((one) => !store.some(({ images }) => images === one.images)),
      ...store,
    ].toSorted(bySize),
  });
}

/** Returns the tables of docs/scale.md. */
export function localRuntimeTables({ machine, bursts, store }: LocalRuntime): string {
  const microseconds = (value: number) => (value / 1000).toFixed(value < 100 ? 2 : 1);
  return [
    `CPU milliseconds on ${machine.cpu} with ${machine.cores} cores, Node ${machine.node}:`,
    table(
      [
        "Images",
        "To store an object",
        "To list one",
        "To list an image",
        "A message",
        "To audit an image",
        "To read a dead letter",
      ],
      store.map(({ images, ...one }) => [
        toCount(images),
        ...[one.store, one.listAll, one.listOne, one.receive, one.audit, one.readDead].map(microseconds),
      ]),
    ),
    "Images that are uploaded at once:",
    table(
      [
        "Images",
        "Pictures",
        "A second",
        "Busy cores",
        "Of it encoding",
        "Runtime, MiB",
        "Worker, MiB",
        "Engine, MiB",
        "Lost",
      ],
      bursts.map(({ images, pictures, imagesPerSecond, cpu, memory, statuses }) => [
        toCount(images),
        pictures,
        imagesPerSecond.toFixed(1),
        `${cpu.busyCores.toFixed(1)} of ${cpu.cores}`,
        cpu.encodingShare === null ? "" : `${(100 * cpu.encodingShare).toFixed(0)} %`,
        ...["runtime", "worker", "engine"].map((role) => halves(memory[role])),
        toCount(images - Object.values(statuses).reduce((sum, count) => sum + count, 0)),
      ]),
    ),
  ].join("\n\n");
}

/** `310, 322`: of the first half of a burst, and of the last. */
function halves(memory: { firstHalf: number; lastHalf: number } | undefined): string {
  return memory ? `${memory.firstHalf}, ${memory.lastHalf}` : "";
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---:"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
