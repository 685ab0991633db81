import {
  type Audit,
  addTo,
  auditImages,
  completenessGap,
  emptyTally,
  type Tally,
} from "@image-pipeline/audit";
import { type Command, INTERRUPTED, type Session, toCount } from "@image-pipeline/operator-kit";
import type { Pipeline } from "@image-pipeline/schema/config";
import type { Clock } from "../clock.ts";
import { type OpenPipeline, openPipeline } from "../open-pipeline.ts";
import { toScope } from "../to-scope.ts";
import { AUDIT_HELP, AUDIT_OPTIONS, type AuditOptions, toAuditOptions } from "./audit-options.ts";
import { auditReport } from "./audit-report.ts";
import { repairer } from "./repairer.ts";

const MINUTE_MILLISECONDS = 60_000;
const DAY_MILLISECONDS = 24 * 60 * MINUTE_MILLISECONDS;
/** As `diff` has it: 1 says that there are differences, 2 that nothing could be said. */
const NOT_WHOLE = 1;
const NOT_DONE = 2;

export interface AuditCommandPorts {
  pipelines(): Promise<ReadonlyMap<string, Pipeline>>;
  clock: Clock;
  /** From 0 up to, but not, 1. */
  random: () => number;
}

/** `npx pnpm@12 audit` */
export function auditCommand(ports: AuditCommandPorts): Command<typeof AUDIT_OPTIONS> {
  return {
    name: "audit",
    help: AUDIT_HELP,
    options: AUDIT_OPTIONS,
    failureExitCode: NOT_DONE,
    async run(values, session) {
      const options = toAuditOptions(values);
      const opened = await openPipeline(options.place, await ports.pipelines());
      try {
        return await audit({ options, opened, session, ports });
      } finally {
        opened.connection.close();
      }
    },
  };
}

interface Run {
  options: AuditOptions;
  opened: OpenPipeline;
  session: Session;
  ports: AuditCommandPorts;
}

async function audit({ options, opened, session, ports }: Run): Promise<number> {
  const { terminal, signal } = session;
  const report = auditReport(terminal, options.isJson);
  const repairing = options.isRepair ? repairer({ ...opened, clock: ports.clock }) : null;
  const tally = emptyTally();
  const size = options.sample === "all" ? 0 : options.sample;
  const images = auditImages(toAudit(opened, options, ports.clock), { size, random: ports.random });
  for await (const image of images) {
    if (signal.aborted) break;
    addTo(tally, image);
    report.found(image);
    await repairing?.repair(image.remedy);
    terminal.status(toStatus(tally));
  }
  terminal.status("");
  const repaired = (await repairing?.finish()) ?? null;
  if (signal.aborted) {
    terminal.note("stopped before the end: what was found so far is not all");
    return INTERRUPTED;
  }
  report.summary(tally, repaired);
  return completenessGap(tally) === 0 ? 0 : NOT_WHOLE;
}

function toAudit(opened: OpenPipeline, options: AuditOptions, clock: Clock): Audit {
  const { pipeline } = opened.connection;
  return {
    ports: opened,
    rules: {
      now: new Date(clock.now()),
      graceMilliseconds: options.graceMinutes * MINUTE_MILLISECONDS,
      supersededMilliseconds: pipeline.retention.supersededDays * DAY_MILLISECONDS,
      hashesAll: options.sample === "all",
      isCurrent: opened.isCurrent,
      isProcessed: toScope(pipeline, "").isProcessed,
      prefix: options.prefix,
    },
  };
}

function toStatus(tally: Tally): string {
  const { processed, rejected, deleted, broken, sampled } = tally.images;
  const looked = `images looked at: ${toCount(processed + rejected + deleted + broken)}`;
  const hashed = sampled > 0 ? `, renditions compared: ${toCount(sampled)}` : "";
  return `${looked}${hashed}, findings: ${toCount(completenessGap(tally))}`;
}
