import { z } from "zod";
import type { Outcome } from "../lambda-host/outcome.ts";

/** A valid answer has a list, null or no value for `batchItemFailures`. */
const BatchResponse = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish() })
  .nullable();

/**
 * Returns the messages of a batch that are retried (docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html):
 *
 * | the function | without ReportBatchItemFailures | with it |
 * |---|---|---|
 * | failed | all | all |
 * | answered null, `{}`, a null list or an empty one | none | none |
 * | listed messages of the batch | none | those |
 * | listed an empty, null or unknown identifier, used another key, or answered anything else | none | all |
 */
export function toRetry(
  messageIds: readonly string[],
  outcome: Outcome,
  reportsBatchItemFailures: boolean,
): ReadonlySet<string> {
  const all = new Set(messageIds);
  if (!outcome.ok) return all;
  if (!reportsBatchItemFailures) return new Set();
  const parsed = BatchResponse.safeParse(outcome.payload);
  if (!parsed.success) return all;
  const listed = (parsed.data?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  return listed.every((id) => all.has(id)) ? new Set(listed) : all;
}
