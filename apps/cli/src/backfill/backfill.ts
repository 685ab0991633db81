import { type OpenPipeline, openPipeline, withConnection } from "../connection/open-pipeline.ts";
import { toScope } from "../connection/scope.ts";
import type { TargetOptions } from "../connection/target.ts";
import type { Context } from "../program/context.ts";
import { DONE, FOUND_OR_FAILED, INTERRUPTED } from "../program/exit-codes.ts";
import { openWaiter, type Waiter } from "../queues/wait-until-processed.ts";
import { toBar } from "../terminal/progress-bar.ts";
import { toCount } from "../terminal/units.ts";
import { type BackfillReport, backfillReport } from "./backfill-report.ts";
import { type Checkpoint, fileCheckpoint, toStatePath } from "./checkpoint.ts";
import { type Comparison, compareImages } from "./compare-images.ts";
import { toEstimate } from "./estimate.ts";
import { isWanted, type Plan, planner } from "./plan.ts";
import { publishBackfill } from "./publish-backfill.ts";

export interface BackfillOptions extends TargetOptions {
  prefix: string;
  onlyStale?: boolean | undefined;
  dryRun?: boolean | undefined;
  /** Events per second. */
  rate: number;
  wait?: boolean | undefined;
  restart?: boolean | undefined;
  stateFile?: string | undefined;
  json?: boolean | undefined;
}

/** @throws {UserFault} when nothing below the prefix is processed, or SNS does not accept an event */
export function backfill(options: BackfillOptions, context: Context): Promise<number> {
  return withConnection(options, context, (connection) =>
    compareAndPublish({ options, opened: openPipeline(connection), context }),
  );
}

interface Run {
  options: BackfillOptions;
  opened: OpenPipeline;
  context: Context;
}

async function compareAndPublish(run: Run): Promise<number> {
  const { options, opened, context } = run;
  const { pipeline } = opened.connection;
  const comparison = { ...opened, scope: toScope(pipeline, options.prefix) };
  const checkpoint = toCheckpoint(run, comparison.scope.prefix);
  const after = options.restart ? undefined : (await checkpoint.load())?.lastKey;
  const report = backfillReport(context.terminal, options);
  if (after !== undefined) report.continues(after, checkpoint.path);
  const plan = await compareAll(run, report, comparison, after);
  if (plan === "interrupted") return INTERRUPTED;
  report.planned(plan, toEstimate(plan, pipeline, options.rate), opened.connection.description);
  if (options.dryRun) return DONE;
  return publish(run, { report, comparison, checkpoint, after, plan });
}

/** The first pass only counts: it keeps nothing, however many images there are. */
async function compareAll(
  { options: { onlyStale = false, dryRun }, context: { terminal, signal } }: Run,
  report: BackfillReport,
  comparison: Comparison,
  after: string | undefined,
): Promise<Plan | "interrupted"> {
  const counted = planner(onlyStale);
  let images = 0;
  for await (const compared of compareImages(comparison, after)) {
    if (signal.aborted) {
      report.interrupted("nothing was published");
      return "interrupted";
    }
    counted.add(compared);
    if (dryRun && isWanted(compared.verdict, onlyStale)) report.wanted(compared);
    terminal.status(`images compared: ${toCount(++images)}`);
  }
  terminal.status("");
  return counted.plan();
}

interface Second {
  report: BackfillReport;
  comparison: Comparison;
  checkpoint: Checkpoint;
  after: string | undefined;
  plan: Plan;
}

/** The second pass compares again, so that each event describes its source as it is then. */
async function publish(
  { options, opened, context }: Run,
  { report, comparison, checkpoint, after, plan }: Second,
): Promise<number> {
  const { clock, signal, terminal } = context;
  const waiter = options.wait ? await openWaiter(opened.connection, subscribersOf(opened), context) : null;
  const startedAt = clock.now();
  const ended = await publishBackfill(compareImages(comparison, after), {
    ...opened,
    ...options,
    checkpoint,
    clock,
    signal,
    onProgress: (done) =>
      terminal.status(toBar({ done, total: plan.toPublish, seconds: (clock.now() - startedAt) / 1000 })),
  });
  terminal.status("");
  report.ended(ended);
  if (ended.isInterrupted) {
    report.interrupted(`the same command continues from there (${checkpoint.path})`);
    return INTERRUPTED;
  }
  await checkpoint.clear();
  return waiter && ended.published > 0 ? wait(waiter, report) : DONE;
}

async function wait(waiter: Waiter, report: BackfillReport): Promise<number> {
  const waited = await waiter.wait();
  report.waited(waited);
  if (waited === "interrupted") return INTERRUPTED;
  return waited.failed > 0 ? FOUND_OR_FAILED : DONE;
}

/** The subscribers that render what is published on the backfill lane. */
function subscribersOf({ connection: { names, pipeline } }: OpenPipeline): string[] {
  return ["backfill", ...(pipeline.workflow.enabled ? [names.workflow] : [])];
}

function toCheckpoint({ options, opened, context }: Run, prefix: string): Checkpoint {
  const { onlyStale = false, stateFile } = options;
  const { sources, recipeHash, connection } = opened;
  const identity = { bucket: sources.bucket, place: connection.description, prefix, onlyStale, recipeHash };
  return fileCheckpoint(stateFile ?? toStatePath(context.variables, identity));
}
