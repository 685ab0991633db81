import { SQSClient } from "@aws-sdk/client-sqs";
import { readEnvironment } from "@image-pipeline/schema/environment";
import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import type * as z from "zod";
import {
  type ConsumedEvent,
  type Consumer,
  type ConsumerPorts,
  consumeMessage,
  type Outcome,
} from "./consume-message.ts";
import { lambdaEntry } from "./lambda-entry.ts";
import { s3FailureLog } from "./s3-failure-log.ts";
import { sqsRetryDelay } from "./sqs-retry-delay.ts";
import { type InvocationClock, invocationClock } from "./time.ts";
import { CLIENT, type Tools, toTools } from "./tools.ts";

export interface QueueFunction<Environment, Event extends ConsumedEvent, Result extends Outcome, Parts> {
  /** The service name in logs and metrics. */
  service: string;
  /** The schema of the environment variables, which are read once. */
  environment: z.ZodType<Environment>;
  queueUrl: (environment: Environment) => string;
  /** Builds what `handle` needs besides the clock. */
  parts: (environment: Environment, tools: Tools) => Parts;
  consumer: Consumer<Event, Result, Parts & { clock: InvocationClock }>;
}

/**
 * Makes the handler of an SQS queue. It returns the messages that failed, so that only those are delivered again.
 *
 * @param name the export that it becomes: `index.<name>` to Lambda
 */
export function queueFunction<
  Environment extends { PROCESSED_BUCKET: string; MAX_RECEIVE_COUNT: number },
  Event extends ConsumedEvent,
  Result extends Outcome,
  Parts extends Pick<ConsumerPorts<Event, Result>, "measure">,
>(name: string, definition: QueueFunction<Environment, Event, Result, Parts>) {
  return lambdaEntry(name, () => {
    const environment = readEnvironment(definition.environment, process.env);
    const tools = toTools(definition.service);
    const ports = {
      ...definition.parts(environment, tools),
      logger: tools.logger,
      failures: s3FailureLog(tools.s3, environment.PROCESSED_BUCKET),
      delayRetry: sqsRetryDelay(new SQSClient(CLIENT), definition.queueUrl(environment)),
      maxReceiveCount: environment.MAX_RECEIVE_COUNT,
    };
    return async ({ Records }: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
      tools.logger.addContext(context);
      const clock = invocationClock(context);
      return partialResponse(Records, (record) =>
        consumeMessage(record, definition.consumer, { ...ports, clock }),
      );
    };
  });
}

/** Handles the records one after the other. A failed one fails alone; its error is already logged. */
export async function partialResponse<Message extends { messageId: string }>(
  records: readonly Message[],
  handle: (record: Message) => Promise<void>,
): Promise<SQSBatchResponse> {
  const batchItemFailures: SQSBatchResponse["batchItemFailures"] = [];
  for (const record of records) {
    const failed = () => void batchItemFailures.push({ itemIdentifier: record.messageId });
    await handle(record).catch(failed);
  }
  return { batchItemFailures };
}
