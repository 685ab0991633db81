import type { Logger } from "@aws-lambda-powertools/logger";
import type { ImageEvent } from "@image-pipeline/schema";
import type { SQSRecord } from "aws-lambda";
import { dispositionOf, PipelineError } from "./pipeline-error.ts";
import { type DeleteOutcome, processDeleted } from "./process-deleted.ts";
import { processUploaded, type UploadOutcome, type UploadPorts } from "./process-uploaded.ts";
import type { Failure, FailureLog } from "./s3-failure-log.ts";
import type { RetryDelay } from "./sqs-retry-delay.ts";
import { toImageEvent } from "./to-image-event.ts";

export interface MessagePorts extends UploadPorts {
  failures: FailureLog;
  delayRetry: RetryDelay;
  logger: Pick<Logger, "info" | "warn" | "error">;
  measure: (event: ImageEvent, outcome: UploadOutcome | DeleteOutcome) => void;
}

/**
 * One message by itself: done, or failed with its reason recorded and its next attempt put off.
 *
 * @throws the error of a message that has to be tried again, for the batch response to name it
 */
export async function handleMessage(record: SQSRecord, ports: MessagePorts): Promise<void> {
  const receiveCount = Number(record.attributes.ApproximateReceiveCount);
  const message = { id: record.messageId, receiptHandle: record.receiptHandle, receiveCount };
  let event: ImageEvent | undefined;
  try {
    event = toImageEvent(record.body);
    if (receiveCount > 1) await recordUnanswered(message, event, ports);
    const outcome = await process(event, ports);
    ports.measure(event, outcome);
    ports.logger.info(outcome.decision, {
      ...toLogged(event),
      status: outcome.manifest?.status,
      receiveCount,
    });
    if (receiveCount > 1) await ports.failures.clear(message.id);
  } catch (error) {
    const code = error instanceof PipelineError ? error.code : "UNCLASSIFIED";
    if (dispositionOf(error) === "retry") {
      await giveBack(message, event, { code, error }, ports);
      throw error;
    }
    ports.logger.warn("acknowledged without work", { ...toLogged(event), code, error });
  }
}

interface Message {
  id: string;
  receiptHandle: string;
  receiveCount: number;
}

function process(event: ImageEvent, ports: MessagePorts): Promise<UploadOutcome | DeleteOutcome> {
  return event.type === "image.uploaded" ? processUploaded(event, ports) : processDeleted(event, ports);
}

/** A function that is killed records nothing, so what a second attempt would find is written before it begins. */
async function recordUnanswered(message: Message, event: ImageEvent, ports: MessagePorts): Promise<void> {
  const text = "the function stopped without an answer: killed for its time or memory, or it crashed";
  await bestEffort(ports, () =>
    ports.failures.record(message.id, toFailure(message, event, { code: "NO_ANSWER", text }, ports)),
  );
}

async function giveBack(
  message: Message,
  event: ImageEvent | undefined,
  { code, error }: { code: string; error: unknown },
  ports: MessagePorts,
): Promise<void> {
  const text = error instanceof Error ? error.message : String(error);
  ports.logger.error("given back to the queue", {
    ...toLogged(event),
    code,
    error,
    receiveCount: message.receiveCount,
  });
  await bestEffort(ports, () =>
    ports.failures.record(message.id, toFailure(message, event, { code, text }, ports)),
  );
  await bestEffort(ports, () => ports.delayRetry(message));
}

/** What only helps the operator must not decide over the message. */
async function bestEffort(ports: MessagePorts, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    ports.logger.warn("could not record or put off a failure", { error });
  }
}

function toFailure(
  message: Message,
  event: ImageEvent | undefined,
  { code, text }: { code: string; text: string },
  { clock }: MessagePorts,
): Failure {
  return {
    code,
    text,
    at: clock.now().toISOString(),
    receiveCount: message.receiveCount,
    key: event?.subject ?? null,
  };
}

function toLogged(event: ImageEvent | undefined) {
  return event
    ? { id: event.id, type: event.type, key: event.subject, correlationId: event.data.correlationId }
    : {};
}
