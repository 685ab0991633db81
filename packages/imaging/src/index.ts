export { checkBytes, checkMark } from "./check-limits.ts";
export type { EncodedRendition } from "./encode-rendition.ts";
export { ENGINE } from "./engine-versions.ts";
export { ImageRejection } from "./image-rejection.ts";
export { isCurrent, toPlanHash } from "./plan-hash.ts";
export { renderForAnalysis } from "./render-for-analysis.ts";
export { renderImage } from "./render-image.ts";
export { FORMAT_NAMES, sniffFormat } from "./sniff-format.ts";
export type { Clock } from "./time-budget.ts";
