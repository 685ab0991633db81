import type { Logger } from "@aws-lambda-powertools/logger";
import type { SQSRecord } from "aws-lambda";
import { dispositionOf, PipelineError, type PipelineErrorCode } from "./pipeline-error.ts";
import type { Clock } from "./ports.ts";
import type { FailureLog } from "./s3-failure-log.ts";
import type { RetryDelay } from "./sqs-retry-delay.ts";

/** What every event that a queue brings has, for its log lines. */
interface ConsumedEvent {
  id: string;
  type: string;
  subject: string;
  data: { correlationId: string };
}

/** What became of an event, and the status of the document that stands. */
export interface Outcome {
  decision: string;
  status?: string | undefined;
}

/** An event that had no work left: the code of the error that acknowledged it. */
interface Dropped {
  decision: PipelineErrorCode;
  status?: undefined;
}

export interface ConsumerPorts<Event extends ConsumedEvent, Result extends Outcome> {
  /** @throws {PipelineError} `MALFORMED_MESSAGE` when the body is no event that this consumer takes */
  toEvent: (body: string) => Event;
  /** @throws {PipelineError} what happens to the message is `dispositionOf` it */
  process: (event: Event) => Promise<Result>;
  failures: FailureLog;
  delayRetry: RetryDelay;
  /** After so many receives SQS moves a message to the dead-letter queue. */
  maxReceiveCount: number;
  clock: Clock;
  logger: Pick<Logger, "info" | "warn" | "error">;
  measure: (event: Event, outcome: Result | Dropped) => void;
}

/**
 * One message by itself: done, or failed with its reason recorded and its next attempt put off.
 *
 * @throws the error of a message that has to be tried again, for the batch response to name it
 */
export async function consumeMessage<Event extends ConsumedEvent, Result extends Outcome>(
  record: SQSRecord,
  ports: ConsumerPorts<Event, Result>,
): Promise<void> {
  const message: Message = {
    id: record.messageId,
    receiptHandle: record.receiptHandle,
    receiveCount: Number(record.attributes.ApproximateReceiveCount),
    event: undefined,
  };
  try {
    const event = ports.toEvent(record.body);
    message.event = event;
    if (message.receiveCount > 1) await recordFailure(message, NO_ANSWER, ports);
    const outcome = await processOrDrop(event, ports);
    ports.measure(event, outcome);
    ports.logger.info(outcome.decision, { ...toLogged(message), status: outcome.status });
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
  event: ConsumedEvent | undefined;
}

/** What the steps after the work itself need, whatever the event is. */
type GiveBackPorts = Pick<
  ConsumerPorts<never, Outcome>,
  "failures" | "delayRetry" | "maxReceiveCount" | "clock" | "logger"
>;

/** A function that is killed records nothing, so what a second attempt would find is written before it begins. */
const NO_ANSWER = {
  code: "NO_ANSWER",
  text: "the function stopped without an answer: killed for its time or memory, or it crashed",
};

/** An event that has no work left, because its source has changed or gone, is an outcome and no failure. */
async function processOrDrop<Event extends ConsumedEvent, Result extends Outcome>(
  event: Event,
  ports: ConsumerPorts<Event, Result>,
): Promise<Result | Dropped> {
  try {
    return await ports.process(event);
  } catch (error) {
    if (!(error instanceof PipelineError) || dispositionOf(error) !== "stale") throw error;
    ports.logger.warn(error.message, { code: error.code });
    return { decision: error.code };
  }
}

async function giveBack(message: Message, error: unknown, ports: GiveBackPorts): Promise<void> {
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
  ports: GiveBackPorts,
): Promise<void> {
  const at = ports.clock.now().toISOString();
  await bestEffort(ports, () =>
    ports.failures.record(id, { ...cause, at, receiveCount, key: event?.subject ?? null }),
  );
}

/** What only helps the operator must not decide over the message. */
async function bestEffort({ logger }: GiveBackPorts, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    logger.warn("could not record or put off a failure", { error });
  }
}

function toLogged({ event, receiveCount, id: messageId }: Message) {
  if (!event) return { messageId, receiveCount };
  const { id, type, subject: key, data } = event;
  return { messageId, receiveCount, id, type, key, correlationId: data.correlationId };
}
