import type { Connection } from "../connection/connect.ts";
import { withConnection } from "../connection/open-pipeline.ts";
import type { TargetOptions } from "../connection/target.ts";
import type { Context } from "../program/context.ts";
import { DONE, INTERRUPTED } from "../program/exit-codes.ts";
import { findDeadLetterQueues } from "./dead-letter-queues.ts";
import { s3FailureRecords } from "./failure-records.ts";
import type { Reading } from "./read-dead-letters.ts";

/** The dead-letter queues of a connected pipeline. */
export interface Opened {
  connection: Connection;
  reading: Reading;
}

/** Finds the dead-letter queues and runs. @returns 130 when it was interrupted, else the run's exit code */
export function withDeadLetters(
  options: TargetOptions,
  context: Context,
  run: (opened: Opened) => Promise<number | undefined>,
): Promise<number> {
  return withConnection(options, context, async (connection) => {
    const reading = await openReading(connection, context.signal);
    const code = (await run({ connection, reading })) ?? DONE;
    return context.signal.aborted ? INTERRUPTED : code;
  });
}

/** Finds the dead-letter queues of a pipeline. */
export async function openReading(connection: Connection, signal: AbortSignal): Promise<Reading> {
  const { sqs, s3, names, accountId } = connection;
  const failures = s3FailureRecords(s3, names.processedBucket(accountId));
  const queues = await findDeadLetterQueues(connection);
  // The local services have one server, whose response is complete.
  const waitSeconds = connection.client.endpoint === undefined ? 1 : 0;
  return { sqs, queues, failures, waitSeconds, signal };
}
