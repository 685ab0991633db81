import { type Finding, GAPS, type ImageReport, type State } from "./findings.ts";

/** An audit in numbers. */
export interface Tally {
  images: Record<State, number>;
  /** Images of which the recipe in force would make something else: no gap. */
  outdated: number;
  /** Renditions that are there as their manifests say. */
  renditions: number;
  /** Renditions of which the bytes were compared. */
  hashed: number;
  /** Superseded renditions, which expire automatically. */
  expiring: number;
  gaps: Record<Finding["gap"], number>;
}

export function emptyTally(): Tally {
  return {
    images: {
      processed: 0,
      rejected: 0,
      deleted: 0,
      pending: 0,
      ignored: 0,
      broken: 0,
      elsewhere: 0,
      stray: 0,
      sampled: 0,
    },
    outdated: 0,
    renditions: 0,
    hashed: 0,
    expiring: 0,
    gaps: { missing: 0, orphaned: 0, corrupt: 0 },
  };
}

/** Adds a report to a tally. */
export function addTo(tally: Tally, report: ImageReport): void {
  tally.images[report.state]++;
  if (report.isOutdated) tally.outdated++;
  tally.renditions += report.renditions.length;
  tally.hashed += report.hashed;
  tally.expiring += report.expiring;
  for (const { gap } of report.findings) tally.gaps[gap]++;
}

/** Returns the number of gaps, as the metric `CompletenessGap` counts them. */
export function completenessGap({ gaps }: Tally): number {
  return GAPS.reduce((sum, gap) => sum + gaps[gap], 0);
}
