import type { Verdict } from "@image-pipeline/audit";
import type { Compared } from "./compare-images.ts";

/** The work of a backfill, in numbers. */
export interface Plan {
  counts: Record<Verdict, number>;
  /** Events to publish. */
  toPublish: number;
  /** Events that cause rendering; the others repeat a result. */
  toRender: number;
  /** Worker seconds per image, from the manifests; null when none has a time. */
  secondsPerImage: number | null;
}

/** Tells if a run publishes an image: one that needs work, or any. Unreadable manifests are left alone. */
export function isWanted(verdict: Verdict, onlyStale: boolean): boolean {
  return verdict !== "unreadable" && !(onlyStale && verdict === "current");
}

/** Counts a comparison while it runs. */
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
