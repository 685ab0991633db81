import { completenessGap, GAPS, type ImageReport, type Tally } from "@image-pipeline/audit";
import { type Terminal, toAmount, toCount } from "@image-pipeline/operator-kit";
import type { Repaired } from "./repairer.ts";

/** What an audit tells, to a person or, with `--json`, to a program. */
export interface AuditReport {
  found(report: ImageReport): void;
  summary(tally: Tally, repaired: Repaired | null): void;
}

export function auditReport(terminal: Terminal, isJson: boolean): AuditReport {
  const json = (line: object) => terminal.out(JSON.stringify(line));
  return {
    found({ findings, remedy }) {
      const healing = remedy.publish ? "publish" : remedy.remove.length > 0 ? "remove" : null;
      for (const finding of findings) {
        if (isJson) json({ type: "finding", ...finding, remedy: healing });
        else terminal.out(`${finding.gap.padEnd(8)}  ${finding.key}  ${finding.why}`);
      }
    },
    summary(tally, repaired) {
      const gap = completenessGap(tally);
      if (isJson)
        return json({ type: "summary", isWhole: gap === 0, completenessGap: gap, ...tally, repaired });
      for (const line of toLines(tally, repaired)) terminal.out(line);
    },
  };
}

function toLines(tally: Tally, repaired: Repaired | null): string[] {
  const { images, gaps } = tally;
  const named = ["processed", "rejected", "deleted", "pending", "ignored", "broken"] as const;
  const states = named
    .filter((state) => images[state] > 0)
    .map((state) => `${toCount(images[state])} ${state}`);
  const expiring = tally.expiring > 0 ? `, ${toCount(tally.expiring)} expiring` : "";
  return [
    `images: ${states.join(", ") || "none"}`,
    `renditions: ${toCount(tally.renditions)} in place, SHA-256 compared of ${toCount(tally.hashed)}${expiring}`,
    ...(tally.outdated > 0
      ? [`${toCount(tally.outdated)} made with an older recipe: npx pnpm@12 backfill --only-stale`]
      : []),
    completenessGap(tally) === 0
      ? "whole: nothing missing, orphaned or corrupt"
      : `not whole: ${GAPS.map((gap) => `${toCount(gaps[gap])} ${gap}`).join(", ")}`,
    ...toRepairLines(tally, repaired),
  ];
}

function toRepairLines(tally: Tally, repaired: Repaired | null): string[] {
  if (completenessGap(tally) === 0) return [];
  if (repaired === null)
    return ["--repair has the missing made and removes the orphans; what failed is in npx pnpm@12 dlq"];
  return [
    `repair: ${toAmount(repaired.published, "event")} published, ${toAmount(repaired.removed, "rendition")} removed; audit again once they are done`,
  ];
}
