import { S3Client } from "@aws-sdk/client-s3";
import type { Finding } from "@image-pipeline/audit";
import { CLIENT, telemetry } from "@image-pipeline/lambda-kit";
import { AuditEnvironment, readEnvironment } from "@image-pipeline/schema/environment";
import type { Context } from "aws-lambda";
import { measureRun } from "./measure-run.ts";
import { runAudit } from "./run-audit.ts";
import { s3ProgressStore } from "./s3-progress-store.ts";
import { toAudit } from "./to-audit.ts";

/** Time for the last images, the progress file and the metrics. */
const RESERVE_MILLISECONDS = 30_000;
/** The number of findings that a run logs; the metric counts all. */
const MAX_LOGGED = 100;

const environment = readEnvironment(AuditEnvironment, process.env);
const { logger, metrics } = telemetry("audit");
const s3 = new S3Client({ ...CLIENT, maxAttempts: 5 });
const progress = s3ProgressStore(s3, environment.PROCESSED_BUCKET);

/** Runs the audit. A schedule invokes the function asynchronously; its event is not needed. */
export async function handler(_event: unknown, context: Context): Promise<void> {
  logger.addContext(context);
  let findings = 0;
  const found = (finding: Finding) => {
    if (++findings <= MAX_LOGGED) logger.warn(toSentence(finding), { finding });
  };
  const isTimeLeft = () => context.getRemainingTimeInMillis() > RESERVE_MILLISECONDS;
  const audit = toAudit(s3, environment, new Date());
  const report = await runAudit({ audit, progress, maxImages: environment.MAX_IMAGES, isTimeLeft, found });
  if (report.hadUnreadableProgress)
    logger.warn("started a new pass, because the file with the progress of the last run is unreadable");
  if (findings > MAX_LOGGED)
    logger.warn(`logged only the first ${MAX_LOGGED} of ${findings} findings`, { findings });
  logger.info(report.isPassOver ? PASS_OVER : PASS_CONTINUES, { report });
  measureRun(metrics, report);
}

const PASS_OVER = "completed the audit: every image was checked since the pass started";
const PASS_CONTINUES = "stopped at the limit of images or time; the next run continues after the last image";

function toSentence({ gap, what, key, why }: Finding): string {
  return `audit finding: the ${what} ${key} is ${gap}: ${why}`;
}
