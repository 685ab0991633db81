import { VERDICTS } from "@image-pipeline/audit";
import { PRICES_OF } from "@image-pipeline/schema/prices";
import { toWaitedLine, type Waited } from "../queues/wait-until-processed.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { toCount, toDuration } from "../terminal/units.ts";
import type { Compared } from "./compare-images.ts";
import type { Estimate } from "./estimate.ts";
import type { Plan } from "./plan.ts";
import type { Published } from "./publish-backfill.ts";

/** A dry run names this many keys to a person; a program gets them all. */
const NAMED_KEYS = 20;

/** Reports a backfill to a person or, with `--json`, to a program. */
export interface BackfillReport {
  continues(lastKey: string, path: string): void;
  /** In a dry run: an image that would be published. */
  wanted(compared: Compared): void;
  planned(plan: Plan, estimate: Estimate, where: string): void;
  ended(published: Published): void;
  waited(waited: Waited): void;
  interrupted(what: string): void;
}

export function backfillReport(
  terminal: Terminal,
  { json: isJson = false, dryRun = false }: { json?: boolean | undefined; dryRun?: boolean | undefined },
): BackfillReport {
  const { json } = terminal;
  const named: Compared[] = [];
  return {
    continues: (lastKey, path) =>
      terminal.note(
        `continues after ${lastKey}, where the last run stopped (${path}); --restart starts over`,
      ),
    wanted(compared) {
      if (isJson) json({ type: "image", key: compared.source.key, why: compared.verdict });
      else if (named.length < NAMED_KEYS) named.push(compared);
    },
    planned(plan, estimate, where) {
      if (isJson) return json({ type: "plan", ...plan, estimate, dryRun });
      terminal.out(toPlanLines(plan, estimate, where));
      for (const { verdict, source } of named) terminal.out(`  ${verdict.padEnd(12)}  ${source.key}`);
      if (named.length < plan.toPublish && dryRun)
        terminal.out(`  and ${toCount(plan.toPublish - named.length)} more: --json names them all`);
    },
    ended(published) {
      if (isJson) return json({ type: "done", ...published });
      terminal.out(toEndedLine(published));
    },
    waited(waited) {
      if (isJson && waited !== "interrupted") json({ type: "waited", ...waited });
      else terminal.note(toWaitedLine(waited));
    },
    interrupted: (what) => terminal.note(`stopped: ${what}`),
  };
}

function toPlanLines(plan: Plan, estimate: Estimate, where: string): string[] {
  const counts = VERDICTS.filter((verdict) => plan.counts[verdict] > 0).map(
    (verdict) => `${toCount(plan.counts[verdict])} ${verdict}`,
  );
  const basis = estimate.isMeasured ? "from the images so far" : "from a typical photograph";
  return [
    `${where}: ${counts.length === 0 ? "no images" : counts.join(", ")}`,
    `to publish: ${toCount(plan.toPublish)}, to render: ${toCount(Math.min(plan.toRender, plan.toPublish))}`,
    `about ${toDuration(estimate.seconds)} (${basis}) and ${toPrice(estimate.usd)} on AWS (list prices of ${PRICES_OF})`,
  ];
}

function toPrice(usd: number): string {
  return usd > 0 && usd < 0.01 ? "less than $0.01" : `$${usd.toFixed(2)}`;
}

function toEndedLine({ published, gone, generated, fresh }: Published): string {
  const skipped = [
    ...(gone > 0 ? [`${toCount(gone)} deleted meanwhile`] : []),
    ...(fresh > 0 ? [`${toCount(fresh)} uploaded just now`] : []),
    ...(generated > 0 ? [`${toCount(generated)} written by the pipeline itself`] : []),
  ];
  return [`published ${toCount(published)}`, ...skipped].join(", ");
}
