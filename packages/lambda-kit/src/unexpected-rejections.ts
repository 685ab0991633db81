import type { Logger } from "@aws-lambda-powertools/logger";
import { type Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";

/** The part of a rejection that tells a bug of ours from a picture that no decoder can read. */
interface UnexpectedRejection extends Error {
  isUnexpected: true;
  /** The facts that were known: its SHA-256 finds the picture's manifest. */
  facts: unknown;
}

/**
 * Returns a function that waits for the rendering of a picture. A rejection that no check foresaw is logged with its cause and
 * counted as `UnexpectedRejections`, so that a bug of ours is seen although no message fails.
 */
export function unexpectedRejections({
  logger,
  metrics,
}: {
  logger: Pick<Logger, "error">;
  metrics: Metrics;
}) {
  return async <Result>(rendering: Promise<Result>): Promise<Result> => {
    try {
      return await rendering;
    } catch (error) {
      if (isUnexpected(error)) {
        logger.error("rejected a picture for an unexpected error", { error, facts: error.facts });
        metrics.singleMetric().addMetric("UnexpectedRejections", MetricUnit.Count, 1);
      }
      throw error;
    }
  };
}

function isUnexpected(error: unknown): error is UnexpectedRejection {
  return error instanceof Error && "isUnexpected" in error && error.isUnexpected === true && "facts" in error;
}
