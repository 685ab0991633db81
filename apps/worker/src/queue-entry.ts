import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { SQSClient } from "@aws-sdk/client-sqs";
import { clockOf, s3FailureLog, sqsRetryDelay } from "@image-pipeline/lambda-kit";
import { readEnvironment, WorkerEnvironment } from "@image-pipeline/schema/config";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { handleMessage } from "./handle-message.ts";
import { requestHandler, workerParts } from "./worker-parts.ts";

/** The entry for a batch from the renditions queue; the answer names the messages that must come again. */
export function queueEntry() {
  const environment = readEnvironment(WorkerEnvironment, process.env);
  const { s3, ports: parts } = workerParts(environment);
  const processor = new BatchProcessor(EventType.SQS);
  const ports = {
    ...parts,
    failures: s3FailureLog(s3, environment.PROCESSED_BUCKET),
    delayRetry: sqsRetryDelay(new SQSClient({ requestHandler }), environment.RENDITIONS_QUEUE_URL),
    maxReceiveCount: environment.MAX_RECEIVE_COUNT,
  };
  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    ports.logger.addContext(context);
    const handleRecord = (record: SQSRecord) => handleMessage(record, { ...ports, clock: clockOf(context) });
    return processPartialResponse(event, handleRecord, processor, {
      context,
      throwOnFullBatchFailure: false,
    });
  };
}
