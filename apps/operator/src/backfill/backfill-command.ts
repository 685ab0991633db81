import { type Command, INTERRUPTED, type Session, toBar, toCount } from "@image-pipeline/operator-kit";
import type { Pipeline } from "@image-pipeline/schema/config";
import type { Clock } from "../clock.ts";
import { type OpenPipeline, openPipeline } from "../open-pipeline.ts";
import { toScope } from "../to-scope.ts";
import {
  BACKFILL_HELP,
  BACKFILL_OPTIONS,
  type BackfillOptions,
  toBackfillOptions,
} from "./backfill-options.ts";
import { type BackfillReport, backfillReport } from "./backfill-report.ts";
import { type Checkpoint, fileCheckpoint, toStatePath } from "./checkpoint.ts";
import { type Comparison, compareImages } from "./compare-images.ts";
import { toEstimate } from "./estimate.ts";
import { isWanted, type Plan, planner } from "./plan.ts";
import { publishBackfill } from "./publish-backfill.ts";

export interface BackfillPorts {
  pipelines(): Promise<ReadonlyMap<string, Pipeline>>;
  clock: Clock;
}

/** `npx pnpm@12 backfill` */
export function backfillCommand(ports: BackfillPorts): Command<typeof BACKFILL_OPTIONS> {
  return {
    name: "backfill",
    help: BACKFILL_HELP,
    options: BACKFILL_OPTIONS,
    async run(values, session) {
      const options = toBackfillOptions(values);
      const opened = await openPipeline(options.place, await ports.pipelines());
      try {
        return await backfill({ options, opened, session, clock: ports.clock });
      } finally {
        opened.connection.close();
      }
    },
  };
}

interface Run {
  options: BackfillOptions;
  opened: OpenPipeline;
  session: Session;
  clock: Clock;
}

async function backfill(run: Run): Promise<number> {
  const { options, opened, session } = run;
  const { pipeline } = opened.connection;
  const comparison = { ...opened, scope: toScope(pipeline, options.prefix) };
  const checkpoint = toCheckpoint(run, comparison.scope.prefix);
  const after = options.isRestart ? undefined : (await checkpoint.load())?.lastKey;
  const report = backfillReport(session.terminal, options);
  if (after !== undefined) report.continues(after, checkpoint.path);
  const plan = await compareAll(run, report, comparison, after);
  if (plan === "interrupted") return INTERRUPTED;
  report.planned(plan, toEstimate(plan, pipeline, options.rate), opened.connection.description);
  if (options.isDryRun) return 0;
  return publish(run, { report, comparison, checkpoint, after, plan });
}

/** The first pass, which only counts: nothing is kept, however many images there are. */
async function compareAll(
  { options, session: { terminal, signal } }: Run,
  report: BackfillReport,
  comparison: Comparison,
  after: string | undefined,
): Promise<Plan | "interrupted"> {
  const counted = planner(options.onlyStale);
  let images = 0;
  for await (const compared of compareImages(comparison, after)) {
    if (signal.aborted) {
      report.interrupted("nothing was published");
      return "interrupted";
    }
    counted.add(compared);
    if (options.isDryRun && isWanted(compared.verdict, options.onlyStale)) report.wanted(compared);
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

/** The second pass compares again, so that each event tells of its source as it is just then. */
async function publish(
  { options, opened, session, clock }: Run,
  { report, comparison, checkpoint, after, plan }: Second,
): Promise<number> {
  const startedAt = clock.now();
  const ended = await publishBackfill(compareImages(comparison, after), {
    ...opened,
    ...options,
    checkpoint,
    clock,
    signal: session.signal,
    onProgress: (done) =>
      session.terminal.status(
        toBar({ done, total: plan.toPublish, seconds: (clock.now() - startedAt) / 1000 }),
      ),
  });
  session.terminal.status("");
  report.ended(ended);
  if (ended.isInterrupted) {
    report.interrupted(`the same command goes on from there (${checkpoint.path})`);
    return INTERRUPTED;
  }
  await checkpoint.clear();
  return 0;
}

function toCheckpoint({ options, opened, session }: Run, prefix: string): Checkpoint {
  const { onlyStale, stateFile } = options;
  const { sources, recipeHash, connection } = opened;
  const identity = { bucket: sources.bucket, place: connection.description, prefix, onlyStale, recipeHash };
  return fileCheckpoint(stateFile ?? toStatePath(session.variables, identity));
}
