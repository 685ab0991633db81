import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";
import { S3Client } from "@aws-sdk/client-s3";
import type { Finding } from "@image-pipeline/audit";
import { AuditEnvironment, readEnvironment } from "@image-pipeline/schema/config";
import type { Context } from "aws-lambda";
import { measureRun } from "./measure-run.ts";
import { runAudit } from "./run-audit.ts";
import { s3ProgressStore } from "./s3-progress-store.ts";
import { toAudit } from "./to-audit.ts";

/** Kept for the last images under way, for the progress and for the metrics. */
const RESERVE_MILLISECONDS = 30_000;
/** So many findings of a run are logged; the metric counts them all. */
const MAX_LOGGED = 100;

const environment = readEnvironment(AuditEnvironment, process.env);
const logger = new Logger({ serviceName: "audit" });
const metrics = new Metrics({ namespace: "ImagePipeline", serviceName: "audit" });
// Environments of one account share the namespace: the function's name keeps them apart.
metrics.setDefaultDimensions({ function: process.env.AWS_LAMBDA_FUNCTION_NAME ?? "audit" });
const s3 = new S3Client({
  maxAttempts: 5,
  requestHandler: { connectionTimeout: 2_000, socketTimeout: 10_000 },
});
const progress = s3ProgressStore(s3, environment.PROCESSED_BUCKET);

/** Lambda's entry: an asynchronous invocation by a schedule, whose event says nothing that is needed. */
export async function handler(_event: unknown, context: Context): Promise<void> {
  logger.addContext(context);
  let findings = 0;
  const found = (finding: Finding) => {
    if (++findings <= MAX_LOGGED) logger.warn("not whole", { finding });
  };
  const isTimeLeft = () => context.getRemainingTimeInMillis() > RESERVE_MILLISECONDS;
  const audit = toAudit(s3, environment, new Date());
  const report = await runAudit({ audit, progress, maxImages: environment.MAX_IMAGES, isTimeLeft, found });
  if (report.hadUnreadableProgress) logger.warn("the progress could not be read: the pass begins anew");
  if (findings > MAX_LOGGED) logger.warn("more findings than are logged", { findings });
  logger.info(report.isPassOver ? "every image was looked at" : "the next run goes on", { report });
  measureRun(metrics, report);
}
