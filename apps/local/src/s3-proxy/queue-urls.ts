import type { IncomingMessage } from "node:http";
import type { Answer } from "./upstream.ts";

const NAMING = new Set([
  "AmazonSQS.GetQueueUrl",
  "AmazonSQS.CreateQueue",
  "AmazonSQS.ListQueues",
  "AmazonSQS.ListDeadLetterSourceQueues",
]);

/** Whether the answer to a request holds queue URLs. */
export function asksForQueueUrls({ headers }: IncomingMessage): boolean {
  const target = headers["x-amz-target"];
  return typeof target === "string" && NAMING.has(target);
}

/** Queue URLs lead through the S3 proxy: the service behind it knows its own port only, or an earlier run's. */
export function withOwnQueueUrls(answer: Answer, endpoint: string): Answer {
  const body = Buffer.from(
    answer.body.toString().replace(/"https?:\/\/[^/"]+(\/\d{12}\/[\w.-]+)"/g, `"${endpoint}$1"`),
  );
  return { ...answer, body, headers: { ...answer.headers, "content-length": body.length } };
}
