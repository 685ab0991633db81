import { ssim, toLuma } from "@image-pipeline/testing/similarity";
import { type Rgb, ssimulacra2 } from "./ssimulacra2.ts";

/** How alike two pictures of one size are: the more, the better. */
export interface QualityMetric {
  name: string;
  /** The widest pictures it is asked about, in pixels: SSIMULACRA2 takes seconds for larger ones. */
  upTo: number;
  score: (original: Rgb, distorted: Rgb) => number;
}

export const QUALITY_METRICS: readonly QualityMetric[] = [
  {
    name: "SSIM",
    upTo: Number.POSITIVE_INFINITY,
    score: (original, distorted) => ssim(toLuma(original.data, original), toLuma(distorted.data, distorted)),
  },
  { name: "SSIMULACRA2", upTo: 1280, score: ssimulacra2 },
];
