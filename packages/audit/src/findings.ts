import type { ImageEvent } from "@image-pipeline/schema";

/** What can be wrong with the three sides, sources, manifests and renditions. */
export const GAPS = ["missing", "orphaned", "corrupt"] as const;

/** One thing that is not as it should be. */
export interface Finding {
  gap: (typeof GAPS)[number];
  what: "manifest" | "rendition";
  /** In the processed bucket: where it is, or should be. */
  key: string;
  /** The key of its source; null where nothing tells it. */
  source: string | null;
  why: string;
}

/** What a report is of. An image that has a source or a manifest is exactly one of the first six. */
export type State =
  | "processed"
  | "rejected"
  | "deleted"
  /** Uploaded so recently that it may still be on its way. */
  | "pending"
  /** A source that is never processed, by the config or as the pipeline wrote it itself; or of another upload bucket. */
  | "ignored"
  /** A source and a manifest that do not fit, or a manifest that names what is not there. */
  | "broken"
  /** Told of where its source is listed, or, when that came later, by the next audit. */
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

/** Everything the audit says of one image. */
export interface ImageReport {
  state: State;
  /** The key of a source that is pending; null in every other state. */
  source: string | null;
  findings: Finding[];
  /** Whether the recipe in force would make something else of it: no gap, but a backfill is due. */
  isOutdated: boolean;
  /** Renditions that are there, as they should be by their size. */
  renditions: Named[];
  /** Renditions that nobody names any more and that expire by themselves. */
  expiring: number;
  /** Of how many renditions the bytes were compared. */
  hashed: number;
  /** The id of an image of another upload bucket, whose renditions are not for this audit to judge. */
  foreignId: string | null;
  /** What heals it. Where an event does, orphans stay for another audit: they may be what the event makes. */
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
