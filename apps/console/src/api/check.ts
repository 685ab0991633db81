/** A problem that a check found. */
export interface CheckFinding {
  /** `missing`, `corrupt`, `orphaned`, … */
  gap: string;
  key: string;
  /** The source that it belongs to; null for none. */
  source: string | null;
  why: string;
  /** What a repair does about it. */
  remedy: "publish" | "remove" | null;
}

export interface CheckResult {
  checkedAt: string;
  images: Record<string, number>;
  renditions: number;
  /** Renditions whose bytes were compared by their SHA-256. */
  hashed: number;
  /** Images that were rendered with older settings. */
  outdated: number;
  gaps: Record<string, number>;
  /** The first of them; `gaps` counts all. */
  findings: CheckFinding[];
}

export interface CheckApi {
  /** The last check of this console, and the last audit that the environment made by itself; null for none. */
  "GET /api/check/last": {
    answer: {
      check: { prefix: string; result: CheckResult } | null;
      audit: { endedAt: string; images: number; gaps: Record<string, number> } | null;
    };
  };
  "GET /api/check": { query: { prefix?: string }; answer: CheckResult };
  "POST /api/check/repair": {
    body: { prefix?: string };
    answer: { published: number; removed: number };
  };
}
