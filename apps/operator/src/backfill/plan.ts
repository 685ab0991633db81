import type { Verdict } from "@image-pipeline/audit";
import type { Compared } from "./compare-images.ts";

/** What a backfill would do, counted. */
export interface Plan {
  counts: Record<Verdict, number>;
  /** Events to publish. */
  toPublish: number;
  /** How many of them lead to a rendering; the others are repeated results. */
  toRender: number;
  /** Seconds of a worker per image, as the manifests tell; null when none does. */
  secondsPerImage: number | null;
}

/** What a run takes up: whatever needs work, or every image there is. An unreadable manifest is never touched. */
export function isWanted(verdict: Verdict, onlyStale: boolean): boolean {
  return verdict !== "unreadable" && !(onlyStale && verdict === "current");
}

/** Counts as the comparison goes on. */
export function planner(onlyStale: boolean): { add(compared: Compared): void; plan(): Plan } {
  const counts = { missing: 0, "older-source": 0, "older-recipe": 0, current: 0, unreadable: 0 };
  let toPublish = 0;
  const timed = { images: 0, milliseconds: 0 };
  return {
    add({ verdict, manifest }) {
      counts[verdict]++;
      if (isWanted(verdict, onlyStale)) toPublish++;
      if (manifest?.status !== "processed") return;
      timed.images++;
      timed.milliseconds += manifest.timings.totalMs;
    },
    plan: () => ({
      counts,
      toPublish,
      toRender: counts.missing + counts["older-source"] + counts["older-recipe"],
      secondsPerImage: timed.images === 0 ? null : timed.milliseconds / timed.images / 1000,
    }),
  };
}
