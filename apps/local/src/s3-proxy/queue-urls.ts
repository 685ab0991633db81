import type { IncomingMessage } from "node:http";
import type { Answer } from "./upstream.ts";

const NAMING = new Set([
  "AmazonSQS.GetQueueUrl",
  "AmazonSQS.CreateQueue",
  "AmazonSQS.ListQueues",
  "AmazonSQS.ListDeadLetterSourceQueues",
]);

/** Returns true if the answer to a request contains queue URLs. */
export function asksForQueueUrls({ headers }: IncomingMessage): boolean {
  const target = headers["x-amz-target"];
  return typeof target === "string" && NAMING.has(target);
}

/** Replaces the host of queue URLs with the proxy's: the service uses its own port, or an earlier run's. */
export function withOwnQueueUrls(answer: Answer, endpoint: string): Answer {
  const body = Buffer.from(
    answer.body.toString().replace(/"https?:\/\/[^/"]+(\/\d{12}\/[\w.-]+)"/g, `"${endpoint}$1"`),
  );
  return { ...answer, body, headers: { ...answer.headers, "content-length": body.length } };
}
