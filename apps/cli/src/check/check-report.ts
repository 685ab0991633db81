import { completenessGap, type Finding, GAPS, type ImageReport, type Tally } from "@image-pipeline/audit";
import type { Inventories, OpenInventory } from "@image-pipeline/audit/inventory";
import { toWaitedLine, type Waited } from "../queues/wait-until-processed.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { toAmount, toCount, toDuration, toSize } from "../terminal/units.ts";
import type { Repaired } from "./repairer.ts";

/** What a repair did; null for what was not asked for. */
export interface Outcome {
  repaired: Repaired | null;
  waited: Waited | null;
}

/** Reports a check to a person or, with `--json`, to a program. */
export interface CheckReport {
  /** @param now milliseconds since 1970 */
  inventories(inventories: Inventories, now: number): void;
  found(report: ImageReport): void;
  summary(tally: Tally, outcome: Outcome): void;
}

export function checkReport(terminal: Terminal, isJson: boolean): CheckReport {
  const { json } = terminal;
  return {
    inventories({ sources, processed }, now) {
      const described = [sources, processed].map((open) => describe(open, now));
      if (isJson) for (const inventory of described) json({ type: "inventory", ...inventory });
      else terminal.out([...described.map(toInventoryLine), NEWER]);
    },
    found({ state, source, findings, remedy }) {
      const action = remedy.publish ? "publish" : remedy.remove.length > 0 ? "remove" : null;
      if (state === "pending" && source !== null) {
        if (isJson) json({ type: "pending", key: source });
        else terminal.out(`pending   ${source}  no result yet: it may still be in progress`);
      }
      for (const finding of findings) {
        if (isJson) json({ type: "finding", ...finding, remedy: action });
        else terminal.out(toLine(finding));
      }
    },
    summary(tally, outcome) {
      const gap = completenessGap(tally);
      if (isJson) json({ type: "summary", isWhole: gap === 0, completenessGap: gap, ...tally, ...outcome });
      else terminal.out(toLines(tally, outcome));
    },
  };
}

const NEWER =
  "newer uploads are not checked (to list a part of the bucket: npx pipeline check --prefix PREFIX)";

function describe({ inventory: { bucket, createdAt, files } }: OpenInventory, now: number) {
  return {
    bucket,
    createdAt: createdAt.toISOString(),
    ageSeconds: Math.max(0, Math.round((now - createdAt.getTime()) / 1000)),
    files: files.length,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

function toInventoryLine({
  bucket,
  createdAt,
  ageSeconds,
  files,
  bytes,
}: ReturnType<typeof describe>): string {
  const time = createdAt.slice(0, 16).replace("T", " ");
  return `inventory of ${bucket}: made ${toDuration(ageSeconds)} ago (${time} UTC), ${toAmount(files, "file")} of ${toSize(bytes)}`;
}

function toLine({ gap, key, source, why }: Finding): string {
  const of = source !== null && !key.includes(source) ? ` (of ${source})` : "";
  return `${gap.padEnd(8)}  ${key}${of}  ${why}`;
}

function toLines(tally: Tally, outcome: Outcome): string[] {
  const { images, gaps } = tally;
  const named = ["processed", "rejected", "deleted", "pending", "ignored", "broken"] as const;
  const states = named
    .filter((state) => images[state] > 0)
    .map((state) => `${toCount(images[state])} ${state}`);
  const expiring = tally.expiring > 0 ? `, ${toCount(tally.expiring)} expiring` : "";
  return [
    `images: ${states.join(", ") || "none"}`,
    `renditions: ${toCount(tally.renditions)} in place, ${toCount(tally.hashed)} compared by SHA-256${expiring}`,
    ...(tally.outdated > 0
      ? [`${toCount(tally.outdated)} rendered with older settings: npx pipeline backfill --only-stale`]
      : []),
    completenessGap(tally) === 0
      ? `no problems found${images.pending > 0 ? `, ${toCount(images.pending)} pending` : ""}`
      : `problems found: ${GAPS.map((gap) => `${toCount(gaps[gap])} ${gap}`).join(", ")}`,
    ...toRepairLines(tally, outcome),
  ];
}

function toRepairLines(tally: Tally, { repaired, waited }: Outcome): string[] {
  if (completenessGap(tally) === 0) return [];
  if (repaired === null)
    return [
      "--repair publishes what is missing or corrupt, and removes orphans; failed messages are in npx pipeline dlq",
    ];
  const { published, removed } = repaired;
  return [
    `repair: ${toAmount(published, "event")} published, ${toAmount(removed, "rendition")} removed`,
    ...(waited === null ? [] : [toWaitedLine(waited)]),
    ...toRest(tally, repaired),
    ...(published > 0
      ? [
          `run check again${waited === null ? " once they are processed" : ""}: renditions that they replaced may be orphans now`,
        ]
      : []),
  ];
}

/** What a repair leaves to a person or to the next check. */
function toRest(tally: Tally, { published, removed }: Repaired): string[] {
  const left = completenessGap(tally) - published - removed;
  return left > 0 ? [`left: ${toAmount(left, "problem")} that this repair did not act on`] : [];
}
