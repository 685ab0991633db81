export { type Audited, auditFrom, auditImages, type Sampling } from "./audit-images.ts";
export type { Audit, AuditPorts, AuditRules } from "./audit-rules.ts";
export { checkImage } from "./check-image.ts";
export { type Finding, GAPS, type ImageReport } from "./findings.ts";
export { isProcessed } from "./is-processed.ts";
export { type IsCurrent, judgeSource, VERDICTS, type Verdict } from "./judge-source.ts";
export type { ExistingSource, ListedSource, Manifests, Read, Renditions, Sources } from "./ports.ts";
export { mapInOrder } from "./streams/map-in-order.ts";
export { addTo, completenessGap, emptyTally, type Tally } from "./tally.ts";
