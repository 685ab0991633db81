import type { SQSRecord } from "aws-lambda";

/** A message as Lambda's poller hands it over. */
export function sqsRecord(
  body: string,
  { messageId = "m-1", receiptHandle = "r", receiveCount = 1 } = {},
): SQSRecord {
  return {
    messageId,
    receiptHandle,
    body,
    attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: "1767225600000",
      SenderId: "sender",
      ApproximateFirstReceiveTimestamp: "1767225600000",
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:us-east-1:000000000000:renditions",
    awsRegion: "us-east-1",
  };
}
