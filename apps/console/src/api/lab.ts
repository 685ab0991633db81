/** A preset as the config has it with every default, as far as the lab changes it. */
export interface LabPreset {
  width?: number | undefined;
  height?: number | undefined;
  fit: "cover" | "contain" | "inside" | "fill";
  formats: readonly LabOutput[];
}

/** A format with its options. */
export interface LabOutput {
  format: string;
  quality?: number;
  effort?: number;
}

/** A picture that was rendered for the lab; `/api/lab/picture?id=…` has its bytes. */
export interface LabPicture {
  id: string;
  width: number;
  height: number;
  bytes: number;
  /** For this file alone; the decode is included. */
  milliseconds: number;
  /** Likeness to the same picture without loss, from 0 to 1; null for a tiny one. */
  ssim: number | null;
  /** 100 for the same picture, 90 where hardly anyone sees a difference, 70 for high quality; null for a tiny or large one. */
  ssimulacra2: number | null;
  /** List price of a million such files: their write and their CPU time. */
  usdPerMillion: number;
}

/** A point of a picture, as shares of its width and height. */
export interface FocalPoint {
  x: number;
  y: number;
}

/** The whole picture, small. */
export interface LabPreview {
  id: string;
  width: number;
  height: number;
  /** The point that the upload's metadata `focus` names; null without one. */
  focus: FocalPoint | null;
}

export interface LabApi {
  "GET /api/lab": { answer: { presets: Record<string, LabPreset> } };
  "GET /api/lab/preview": { query: { key: string }; answer: LabPreview };
  "GET /api/lab/render": {
    /** `preset` is a preset of one format, as JSON; `focus` a point such as `0.3,0.7` (default: that of the upload). */
    query: { key: string; preset: string; focus?: string };
    answer: LabPicture;
  };
  "GET /api/lab/stale": {
    query: { name: string; preset: string };
    /** The images that a backfill would process again, of those that were looked at. */
    answer: { stale: number; images: number };
  };
}
