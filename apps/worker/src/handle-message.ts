import type { Logger } from "@aws-lambda-powertools/logger";
import type { ImageEvent } from "@image-pipeline/schema";
import type { SQSRecord } from "aws-lambda";
import type { Outcome } from "./image-metrics.ts";
import { dispositionOf, PipelineError } from "./pipeline-error.ts";
import { processDeleted } from "./process-deleted.ts";
import { processUploaded, type UploadPorts } from "./process-uploaded.ts";
import type { FailureLog } from "./s3-failure-log.ts";
import type { RetryDelay } from "./sqs-retry-delay.ts";
import { toImageEvent } from "./to-image-event.ts";

export interface MessagePorts extends UploadPorts {
  failures: FailureLog;
  delayRetry: RetryDelay;
  /** After so many receives SQS moves a message to the dead-letter queue. */
  maxReceiveCount: number;
  logger: Pick<Logger, "info" | "warn" | "error">;
  measure: (event: ImageEvent, outcome: Outcome) => void;
}

/**
 * One message by itself: done, or failed with its reason recorded and its next attempt put off.
 *
 * @throws the error of a message that has to be tried again, for the batch response to name it
 */
export async function handleMessage(record: SQSRecord, ports: MessagePorts): Promise<void> {
  const message: Message = {
    id: record.messageId,
    receiptHandle: record.receiptHandle,
    receiveCount: Number(record.attributes.ApproximateReceiveCount),
    event: undefined,
  };
  try {
    message.event = toImageEvent(record.body);
    if (message.receiveCount > 1) await recordFailure(message, NO_ANSWER, ports);
    const outcome = await processOrDrop(message.event, ports);
    ports.measure(message.event, outcome);
    ports.logger.info(outcome.decision, { ...toLogged(message), status: outcome.manifest?.status });
  } catch (error) {
    await giveBack(message, error, ports);
    throw error;
  }
  if (message.receiveCount > 1) await bestEffort(ports, () => ports.failures.clear(message.id));
}

interface Message {
  id: string;
  receiptHandle: string;
  receiveCount: number;
  /** Undefined until it is parsed. */
  event: ImageEvent | undefined;
}

/** A function that is killed records nothing, so what a second attempt would find is written before it begins. */
const NO_ANSWER = {
  code: "NO_ANSWER",
  text: "the function stopped without an answer: killed for its time or memory, or it crashed",
};

/** An event that has no work left, because its source has changed or gone, is an outcome and no failure. */
async function processOrDrop(event: ImageEvent, ports: MessagePorts): Promise<Outcome> {
  try {
    return event.type === "image.uploaded"
      ? await processUploaded(event, ports)
      : await processDeleted(event, ports);
  } catch (error) {
    if (!(error instanceof PipelineError) || dispositionOf(error) !== "stale") throw error;
    ports.logger.warn(error.message, { code: error.code });
    return { decision: error.code, manifest: undefined };
  }
}

async function giveBack(message: Message, error: unknown, ports: MessagePorts): Promise<void> {
  const code = error instanceof PipelineError ? error.code : "UNCLASSIFIED";
  const text = error instanceof Error ? error.message : String(error);
  const isLast = message.receiveCount >= ports.maxReceiveCount;
  ports.logger.error(isLast ? "given up to the dead-letter queue" : "given back to the queue", {
    ...toLogged(message),
    code,
    error,
  });
  await recordFailure(message, { code, text }, ports);
  const atOnce = isLast || dispositionOf(error) === "hopeless";
  await bestEffort(ports, () => ports.delayRetry({ ...message, atOnce }));
}

async function recordFailure(
  { id, receiveCount, event }: Message,
  cause: { code: string; text: string },
  ports: MessagePorts,
): Promise<void> {
  const at = ports.clock.now().toISOString();
  await bestEffort(ports, () =>
    ports.failures.record(id, { ...cause, at, receiveCount, key: event?.subject ?? null }),
  );
}

/** What only helps the operator must not decide over the message. */
async function bestEffort(ports: MessagePorts, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    ports.logger.warn("could not record or put off a failure", { error });
  }
}

function toLogged({ event, receiveCount, id: messageId }: Message) {
  if (!event) return { messageId, receiveCount };
  const { id, type, subject: key, data } = event;
  return { messageId, receiveCount, id, type, key, correlationId: data.correlationId };
}
