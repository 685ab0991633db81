import { type Audit, auditFrom, type Finding, GAPS, type ImageReport } from "@image-pipeline/audit";
import { type Gaps, NO_PROGRESS, type Pass, type Progress, type ProgressStore } from "./progress.ts";

export interface AuditRun {
  audit: Audit;
  progress: ProgressStore;
  /** How many images it looks at, at the most. */
  maxImages: number;
  /** Whether there is time for another image, and to keep the progress. */
  isTimeLeft(): boolean;
  found(finding: Finding): void;
}

/** What a run has to say. */
export interface RunReport {
  /** Looked at by this run. */
  images: number;
  /** Whether it came to the end, so that every image has been looked at since the pass began. */
  isPassOver: boolean;
  /** The pass that it was part of. */
  pass: Pass;
  /** How much of the last whole pass this one has looked at; null in the first, as nobody knows how much there is. */
  share: number | null;
  /** Whether renditions without any manifest were looked for too, which only a pass in one run does. */
  lookedForStrays: boolean;
  /** What is wrong as far as anybody knows: of this pass, and of the last one until this is over. */
  gaps: Gaps;
  /** Whether the progress of earlier runs could not be read, and the pass began anew. */
  hadUnreadableProgress: boolean;
}

/** States of reports that are of no image, or of one that is counted elsewhere. */
const UNCOUNTED: readonly ImageReport["state"][] = ["elsewhere", "stray", "sampled"];

/**
 * Looks at as many images as there is time for, from where the run before stopped, and keeps where it stopped itself. A
 * run that dies leaves the progress as it was: the next one looks at the same images again.
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
