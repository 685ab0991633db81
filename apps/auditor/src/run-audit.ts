import { type Audit, auditFrom, type Finding, GAPS, type ImageReport } from "@image-pipeline/audit";
import { type Gaps, NO_PROGRESS, type Pass, type Progress, type ProgressStore } from "./progress.ts";

export interface AuditRun {
  audit: Audit;
  progress: ProgressStore;
  /** The maximum number of images to check. */
  maxImages: number;
  /** Returns true while there is time for another image and for writing the progress. */
  isTimeLeft(): boolean;
  found(finding: Finding): void;
}

/** The result of a run. */
export interface RunReport {
  /** Looked at by this run. */
  images: number;
  /** True if the run completed the pass: every image was checked since the pass started. */
  isPassOver: boolean;
  /** The pass that it was part of. */
  pass: Pass;
  /** The images of this pass as a share of the last complete pass; null in the first pass, whose number of images is unknown. */
  share: number | null;
  /** True if renditions without any manifest were checked too, which needs a pass in one run. */
  lookedForStrays: boolean;
  /** The known gaps: of this pass, and of the last complete one until this pass is complete. */
  gaps: Gaps;
  /** True if the progress of earlier runs was unreadable, so that a new pass started. */
  hadUnreadableProgress: boolean;
}

/** States of reports that are of no image, or of one that is counted elsewhere. */
const UNCOUNTED: readonly ImageReport["state"][] = ["elsewhere", "stray", "sampled"];

/**
 * Checks as many images as there is time for. It resumes after the last run, and writes its own position at the end. A
 * run that crashes leaves the progress unchanged: the next one checks the same images again.
 */
export async function runAudit(run: AuditRun): Promise<RunReport> {
  const { prefix, now } = run.audit.rules;
  const found = await run.progress.read();
  const before = found === undefined || found === "unreadable" ? NO_PROGRESS : found;
  const begun = before.pass?.prefix === prefix ? before.pass : newPass(prefix, now);
  const { isPassOver, ...looked } = await look(begun, run);
  const pass = { ...looked.pass, runs: begun.runs + 1 };
  await run.progress.write(toProgress(before, pass, isPassOver ? now : null));
  return {
    images: pass.images - begun.images,
    isPassOver,
    pass,
    share: toShare(pass, before, isPassOver),
    lookedForStrays: isPassOver && begun.after === null && prefix === "",
    gaps: isPassOver ? pass.gaps : worseOf(pass.gaps, before.last?.gaps),
    hadUnreadableProgress: found === "unreadable",
  };
}

function newPass(prefix: string, now: Date): Pass {
  return { startedAt: now.toISOString(), prefix, after: null, runs: 0, images: 0, gaps: noGaps() };
}

async function look(begun: Pass, { audit, maxImages, isTimeLeft, found }: AuditRun) {
  const pass = { ...begun, gaps: { ...begun.gaps } };
  for await (const { report, resumeAfter } of auditFrom(audit, begun.after)) {
    for (const finding of report.findings) {
      pass.gaps[finding.gap]++;
      found(finding);
    }
    if (!UNCOUNTED.includes(report.state)) pass.images++;
    pass.after = resumeAfter ?? pass.after;
    if (pass.images - begun.images >= maxImages || !isTimeLeft()) return { pass, isPassOver: false };
  }
  return { pass, isPassOver: true };
}

function toProgress(before: Progress, pass: Pass, endedAt: Date | null): Progress {
  if (endedAt === null) return { ...before, pass };
  const { images, gaps } = pass;
  return { ...before, pass: null, last: { endedAt: endedAt.toISOString(), images, gaps } };
}

function toShare({ images }: Pass, { last }: Progress, isPassOver: boolean): number | null {
  if (isPassOver) return 1;
  return last === null ? null : Math.min(0.99, images / Math.max(1, last.images));
}

function worseOf(gaps: Gaps, others: Gaps = noGaps()): Gaps {
  const worse = noGaps();
  for (const gap of GAPS) worse[gap] = Math.max(gaps[gap], others[gap]);
  return worse;
}

function noGaps(): Gaps {
  return { missing: 0, orphaned: 0, corrupt: 0 };
}
