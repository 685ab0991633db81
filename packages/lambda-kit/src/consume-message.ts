import type { Logger } from "@aws-lambda-powertools/logger";
import { dispositionOf, PipelineError, type PipelineErrorCode } from "@image-pipeline/schema/processing";
import type { SQSRecord } from "aws-lambda";
import type * as z from "zod";
import type { FailureLog } from "./s3-failure-log.ts";
import type { RetryDelay } from "./sqs-retry-delay.ts";
import type { InvocationClock } from "./time.ts";
import { toEvent } from "./to-event.ts";
import { type IdLogger, withImageIds } from "./with-image-ids.ts";

/** The fields of every event that log lines and failure records need. */
export interface ConsumedEvent {
  id: string;
  type: string;
  subject: string;
}

/** The result of an event: the decision, and the status of the image's document afterwards. */
export interface Outcome {
  decision: string;
  status?: string | undefined;
}

/** The result of an event without work left: the code of the error that acknowledged it, and its message. */
interface Dropped {
  decision: PipelineErrorCode;
  status?: undefined;
  because: string;
}

/** The events of a queue, and the work for each. */
export interface Consumer<Event extends ConsumedEvent, Result extends Outcome, Ports> {
  schema: z.ZodType<Event>;
  /** The schema's name in errors, such as `an image event`. */
  schemaName: string;
  /** @throws {PipelineError} its disposition decides what happens to the message */
  handle: (event: Event, ports: Ports) => Promise<Result>;
  /** Returns the sentence of the log: the work that was done, and the reason. */
  describe: (outcome: Result) => string;
}

export interface ConsumerPorts<Event extends ConsumedEvent, Result extends Outcome> {
  failures: FailureLog;
  delayRetry: RetryDelay;
  /** The number of receives after which SQS moves a message to the dead-letter queue. */
  maxReceiveCount: number;
  clock: InvocationClock;
  logger: Pick<Logger, "info" | "warn" | "error"> & IdLogger;
  measure: (event: Event, outcome: Result | Dropped) => void;
}

/**
 * Handles one message. A failure is recorded for the operator, and its next attempt delayed.
 *
 * @throws the error of a message that must be delivered again
 */
export function consumeMessage<Event extends ConsumedEvent, Result extends Outcome, Ports>(
  record: SQSRecord,
  consumer: Consumer<Event, Result, Ports>,
  ports: Ports & ConsumerPorts<Event, Result>,
): Promise<void> {
  return withImageIds(ports.logger, record, () => consume(record, consumer, ports));
}

async function consume<Event extends ConsumedEvent, Result extends Outcome, Ports>(
  record: SQSRecord,
  consumer: Consumer<Event, Result, Ports>,
  ports: Ports & ConsumerPorts<Event, Result>,
): Promise<void> {
  const message: Message = {
    id: record.messageId,
    receiptHandle: record.receiptHandle,
    receiveCount: Number(record.attributes.ApproximateReceiveCount),
    event: undefined,
  };
  try {
    const event = toEvent(consumer.schema, consumer.schemaName, record.body);
    message.event = event;
    // A function that is killed logs nothing more: on AWS its REPORT line has the request id of this one.
    ports.logger.info("started work on a message", toLogged(message));
    if (message.receiveCount > 1) await recordFailure(message, NO_ANSWER, ports);
    const outcome = await handleOrDrop(event, consumer, ports);
    ports.measure(event, outcome);
    logOutcome(message, outcome, { ...consumer, ...ports });
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
  /** Undefined until the body is parsed. */
  event: ConsumedEvent | undefined;
}

type FailurePorts = Omit<ConsumerPorts<never, Outcome>, "measure">;

/** The failure of a function that was killed. It cannot record one, so the next attempt records it before it starts. */
const NO_ANSWER = {
  code: "NO_ANSWER",
  text: "the function stopped without an answer: killed for its time or memory, or it crashed",
};

/** Takes an event whose source has changed or is gone as done: there is no work left, and nothing failed. */
async function handleOrDrop<Event extends ConsumedEvent, Result extends Outcome, Ports>(
  event: Event,
  { handle }: Consumer<Event, Result, Ports>,
  ports: Ports,
): Promise<Result | Dropped> {
  try {
    return await handle(event, ports);
  } catch (error) {
    if (!(error instanceof PipelineError) || dispositionOf(error) !== "stale") throw error;
    return { decision: error.code, because: error.message };
  }
}

function logOutcome<Result extends Outcome>(
  message: Message,
  outcome: Result | Dropped,
  { logger, describe }: Pick<FailurePorts, "logger"> & { describe: (outcome: Result) => string },
): void {
  const { decision, status } = outcome;
  const fields = { ...toLogged(message), decision, status };
  if ("because" in outcome)
    logger.warn(`skipped the event, because no work is left: ${outcome.because}`, fields);
  else logger.info(describe(outcome), fields);
}

async function giveBack(message: Message, error: unknown, ports: FailurePorts): Promise<void> {
  const code = error instanceof PipelineError ? error.code : "UNCLASSIFIED";
  const text = error instanceof Error ? error.message : String(error);
  const isLast = message.receiveCount >= ports.maxReceiveCount;
  const failed = `attempt ${message.receiveCount} of ${ports.maxReceiveCount} failed with ${code}`;
  ports.logger.error(`${failed}: ${isLast ? LAST_FAILED : WILL_RETRY}`, {
    ...toLogged(message),
    code,
    error,
  });
  await recordFailure(message, { code, text }, ports);
  const atOnce = isLast || dispositionOf(error) === "hopeless";
  await bestEffort(ports, () => ports.delayRetry({ ...message, atOnce }));
}

const LAST_FAILED = "the message goes to the dead-letter queue";
const WILL_RETRY = "the message returns to its queue for another attempt";

async function recordFailure(
  { id, receiveCount, event }: Message,
  cause: { code: string; text: string },
  ports: FailurePorts,
): Promise<void> {
  const at = ports.clock.now().toISOString();
  await bestEffort(ports, () =>
    ports.failures.record(id, { ...cause, at, receiveCount, key: event?.subject ?? null }),
  );
}

/** Runs work that only helps the operator: its failure must not change what happens to the message. */
async function bestEffort(
  { logger }: Pick<FailurePorts, "logger">,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    logger.warn("could not record a failure or delay the next attempt; the message is retried all the same", {
      error,
    });
  }
}

function toLogged({ event, receiveCount, id: messageId }: Message) {
  if (!event) return { messageId, receiveCount };
  const { id, type } = event;
  return { messageId, receiveCount, id, type };
}
