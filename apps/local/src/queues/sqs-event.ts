import type { Message } from "@aws-sdk/client-sqs";
import type { Mapping } from "../topology/topology.ts";

/** Returns a batch in the form in which Lambda passes it to a function (docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event). */
export function toSqsEvent(messages: readonly Message[], { queueArn }: Pick<Mapping, "queueArn">) {
  const awsRegion = queueArn.split(":")[3];
  return {
    Records: messages.map((message) => ({
      messageId: message.MessageId,
      receiptHandle: message.ReceiptHandle,
      body: message.Body,
      attributes: message.Attributes ?? {},
      messageAttributes: Object.fromEntries(
        Object.entries(message.MessageAttributes ?? {}).map(
          ([name, { DataType, StringValue, BinaryValue }]) => [
            name,
            {
              dataType: DataType,
              ...(StringValue !== undefined && { stringValue: StringValue }),
              ...(BinaryValue !== undefined && { binaryValue: Buffer.from(BinaryValue).toString("base64") }),
              stringListValues: [],
              binaryListValues: [],
            },
          ],
        ),
      ),
      md5OfBody: message.MD5OfBody,
      eventSource: "aws:sqs",
      eventSourceARN: queueArn,
      awsRegion,
    })),
  };
}
