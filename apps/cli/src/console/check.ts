import { addTo, auditImages, emptyTally, type Tally } from "@image-pipeline/audit";
import type { CheckFinding, CheckResult } from "@image-pipeline/console/api/check";
import * as z from "zod";
import { toAudit } from "../check/check.ts";
import { readLastAudit } from "../check/last-audit.ts";
import { repairer } from "../check/repairer.ts";
import type { OpenPipeline } from "../connection/open-pipeline.ts";
import type { Area, ConsoleParts } from "./area.ts";

/** As `npx pipeline check` has them by default. */
const SAMPLE = 100;
const GRACE_MINUTES = 15;
/** A page shows no more; the counts are of all. */
const MOST_FINDINGS = 1000;

const Repair = z.strictObject({ prefix: z.string().optional() });

/** The check of sources, manifests and renditions, as `npx pipeline check` makes it. */
export function check({ pipeline, context, isLocal }: ConsoleParts): Area {
  const { clock, random } = context;
  // On this machine no function runs for minutes, and nobody waits that long for a first answer.
  const grace = isLocal ? 1 : GRACE_MINUTES;
  let last: { prefix: string; result: CheckResult } | null = null;

  async function run(opened: OpenPipeline, prefix: string, signal: AbortSignal, repair: Repairing | null) {
    const tally = emptyTally();
    const findings: CheckFinding[] = [];
    const audit = toAudit(opened, { grace, prefix }, clock.now());
    for await (const image of auditImages(audit, { size: SAMPLE, random })) {
      if (signal.aborted) break;
      addTo(tally, image);
      const { publish, remove } = image.remedy;
      const remedy = publish ? "publish" : remove.length > 0 ? "remove" : null;
      for (const { gap, key, source, why } of image.findings)
        if (findings.length < MOST_FINDINGS) findings.push({ gap, key, source, why, remedy });
      await repair?.repair(image.remedy);
    }
    return { tally, findings };
  }

  return {
    reads: {
      "/api/check": ({ query, signal }) =>
        pipeline.use(async (opened) => {
          const prefix = query.get("prefix") ?? "";
          const { tally, findings } = await run(opened, prefix, signal, null);
          const result = toResult(tally, findings, clock.now());
          if (!signal.aborted) last = { prefix, result };
          return result;
        }),
      "/api/check/last": () =>
        pipeline.use(async ({ connection }) => ({ check: last, audit: await readLastAudit(connection) })),
    },
    changes: {
      "/api/check/repair": ({ body, signal }) =>
        pipeline.use(async (opened) => {
          const repairing = repairer({ ...opened, clock });
          await run(opened, Repair.parse(body).prefix ?? "", signal, repairing);
          const { published, removed } = await repairing.finish();
          return { published, removed };
        }),
    },
  };
}

type Repairing = ReturnType<typeof repairer>;

function toResult(tally: Tally, findings: CheckFinding[], now: number): CheckResult {
  const { images, renditions, hashed, outdated, gaps } = tally;
  return { checkedAt: new Date(now).toISOString(), images, renditions, hashed, outdated, gaps, findings };
}
