import {
  type Audit,
  addTo,
  auditImages,
  completenessGap,
  emptyTally,
  type Tally,
} from "@image-pipeline/audit";
import { auditInventories, type Inventories } from "@image-pipeline/audit/inventory";
import { USAGE, UserFault } from "@image-pipeline/schema/user-fault";
import { type OpenPipeline, openPipeline, withConnection } from "../connection/open-pipeline.ts";
import { toScope } from "../connection/scope.ts";
import type { TargetOptions } from "../connection/target.ts";
import type { Context } from "../program/context.ts";
import { DONE, FOUND_OR_FAILED, INTERRUPTED } from "../program/exit-codes.ts";
import { openWaiter, type Waited } from "../queues/wait-until-processed.ts";
import { toCount } from "../terminal/units.ts";
import { type CheckReport, checkReport } from "./check-report.ts";
import { openInventories } from "./open-inventories.ts";
import { type Repairer, repairer } from "./repairer.ts";

const MINUTE_MILLISECONDS = 60_000;
const DAY_MILLISECONDS = 24 * 60 * MINUTE_MILLISECONDS;
/** No function runs longer on Lambda, so nothing older is still being written. */
const LEAST_REPAIR_GRACE_MINUTES = 15;

export interface CheckOptions extends TargetOptions {
  /** Only sources whose key begins with this. */
  prefix: string;
  /** How many renditions are compared by their bytes. */
  sample: number;
  /** Compares every rendition instead of a sample. */
  all?: boolean | undefined;
  /** Minutes; what is younger may still be in progress. */
  grace: number;
  /** The addresses of an S3 inventory of each bucket, in place of listings. */
  inventory?: string[] | undefined;
  repair?: boolean | undefined;
  wait?: boolean | undefined;
  json?: boolean | undefined;
}

/** @throws {UserFault} when nothing is below the prefix, or the options do not fit together */
export function check(options: CheckOptions, context: Context): Promise<number> {
  const { repair = false, environment, grace } = options;
  if (repair && environment !== undefined && grace < LEAST_REPAIR_GRACE_MINUTES)
    throw new UserFault(
      `--repair on AWS needs a --grace of ${LEAST_REPAIR_GRACE_MINUTES} or more: what is younger may still be in progress`,
      USAGE,
    );
  return withConnection(options, context, (connection) =>
    checkPipeline({ options, opened: openPipeline(connection), context }),
  );
}

interface Run {
  options: CheckOptions;
  opened: OpenPipeline;
  context: Context;
}

async function checkPipeline(run: Run): Promise<number> {
  const { options, opened, context } = run;
  const { terminal, signal, clock } = context;
  const report = checkReport(terminal, options.json ?? false);
  const inventories = options.inventory ? await openInventories(options.inventory, opened) : null;
  if (inventories) report.inventories(inventories, clock.now());
  const repairing = options.repair ? repairer({ ...opened, clock }) : null;
  const waiter = options.wait ? await openWaiter(opened.connection, subscribersOf(opened), context) : null;
  const tally = await checkAll(run, report, { repairing, inventories });
  const repaired = (await repairing?.finish()) ?? null;
  if (signal.aborted) {
    terminal.note("stopped before the end: there may be more to find");
    return INTERRUPTED;
  }
  if (options.prefix !== "" && isEmpty(tally))
    throw new UserFault(`no source is below the prefix "${options.prefix}": check --prefix`);
  const waited = waiter && repaired && repaired.published > 0 ? await waiter.wait() : null;
  report.summary(tally, { repaired, waited });
  return toExitCode(tally, waited);
}

async function checkAll(
  { options, opened, context: { clock, random, signal, terminal } }: Run,
  report: CheckReport,
  { repairing, inventories }: { repairing: Repairer | null; inventories: Inventories | null },
): Promise<Tally> {
  const tally = emptyTally();
  const size = options.all ? 0 : options.sample;
  const audit = toAudit(opened, options, clock.now());
  const onRead = (objects: number) => terminal.status(`objects of the inventories: ${toCount(objects)}`);
  const images = inventories
    ? auditInventories(audit, { inventories, size, random, signal, onRead })
    : auditImages(audit, { size, random });
  for await (const image of images) {
    if (signal.aborted) break;
    addTo(tally, image);
    report.found(image);
    await repairing?.repair(image.remedy);
    terminal.status(toStatus(tally));
  }
  terminal.status("");
  return tally;
}

/** The rules of a check, for the pipeline's settings. */
export function toAudit(
  opened: OpenPipeline,
  { grace, all = false, prefix }: Pick<CheckOptions, "grace" | "all" | "prefix">,
  now: number,
): Audit {
  const { pipeline } = opened.connection;
  return {
    ports: opened,
    rules: {
      now: new Date(now),
      graceMilliseconds: grace * MINUTE_MILLISECONDS,
      supersededMilliseconds: pipeline.retention.supersededDays * DAY_MILLISECONDS,
      hashesAll: all,
      isCurrent: opened.isCurrent,
      isProcessed: toScope(pipeline, "").isProcessed,
      prefix,
    },
  };
}

/** A repair publishes uploads on the backfill lane, and deletions on the live one. */
function subscribersOf({ connection: { names, pipeline } }: OpenPipeline): string[] {
  return ["renditions", "backfill", ...(pipeline.workflow.enabled ? [names.workflow] : [])];
}

function isEmpty({ images }: Tally): boolean {
  return Object.values(images).every((count) => count === 0);
}

function toExitCode(tally: Tally, waited: Waited | null): number {
  if (waited === "interrupted") return INTERRUPTED;
  return completenessGap(tally) === 0 ? DONE : FOUND_OR_FAILED;
}

function toStatus(tally: Tally): string {
  const { processed, rejected, deleted, broken, sampled } = tally.images;
  const checked = `images checked: ${toCount(processed + rejected + deleted + broken)}`;
  const hashed = sampled > 0 ? `, renditions compared: ${toCount(sampled)}` : "";
  return `${checked}${hashed}, problems: ${toCount(completenessGap(tally))}`;
}
