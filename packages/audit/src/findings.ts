import type { ImageEvent } from "@image-pipeline/schema/events";

/** The kinds of problems between sources, manifests and renditions. */
export const GAPS = ["missing", "orphaned", "corrupt"] as const;

/** One problem. */
export interface Finding {
  gap: (typeof GAPS)[number];
  what: "manifest" | "rendition";
  /** The key in the processed bucket. */
  key: string;
  /** The key of its source; null if it is unknown. */
  source: string | null;
  why: string;
}

/** The subject of a report. An image that has a source or a manifest is exactly one of the first six. */
export type State =
  | "processed"
  | "rejected"
  | "deleted"
  /** Uploaded so recently that it may still be processing. */
  | "pending"
  /** A source that is never processed: excluded by the config, written by the pipeline, or of another upload bucket. */
  | "ignored"
  /** A source and a manifest that do not match, or a manifest that names a missing rendition. */
  | "broken"
  /** Reported with its source, or by the next audit if the source is newer than the listing. */
  | "elsewhere"
  /** No image: renditions whose image has neither source nor manifest. */
  | "stray"
  /** No image: a rendition whose bytes were compared. */
  | "sampled";

/** A rendition as its manifest describes it. */
export interface Named {
  /** In the processed bucket. */
  key: string;
  sha256: string;
  source: string;
}

/** The result of the audit for one image. */
export interface ImageReport {
  state: State;
  /** The key of a source that is pending; null in every other state. */
  source: string | null;
  findings: Finding[];
  /** True if the current recipe would give another result: not a gap, but a backfill is due. */
  isOutdated: boolean;
  /** Renditions that exist with the right size. */
  renditions: Named[];
  /** Renditions that no manifest names any more and that expire automatically. */
  expiring: number;
  /** The number of renditions whose bytes were compared. */
  hashed: number;
  /** The id of an image of another upload bucket, whose renditions this audit does not check. */
  foreignId: string | null;
  /** The repair. If it is an event, orphans stay for another audit: the event may make them current. */
  remedy: { publish: ImageEvent | null; remove: string[] };
}

/** A report without findings. */
export function soundReport(state: State, source: string | null = null): ImageReport {
  return {
    state,
    source,
    findings: [],
    isOutdated: false,
    renditions: [],
    expiring: 0,
    hashed: 0,
    foreignId: null,
    remedy: { publish: null, remove: [] },
  };
}
