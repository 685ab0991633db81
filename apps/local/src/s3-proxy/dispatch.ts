import { answerInvoke, type Invoke, invokedFunction } from "./invocation.ts";
import { give, type ObjectWritesPorts, objectWrites } from "./object-writes.ts";
import { asksForQueueUrls, withOwnQueueUrls } from "./queue-urls.ts";
import { faults, refuse } from "./s3-fault.ts";
import { toS3Request } from "./s3-request.ts";
import { answerTagging } from "./tagging.ts";
import { type Exchange, readBody } from "./upstream.ts";

/** What S3 takes an object for whose client does not say; the local services fail on an empty one without. */
const DEFAULT_CONTENT_TYPE = "binary/octet-stream";

/** Ten tags of 128 and 256 characters (docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html), and XML. */
const MAX_TAGGING_BYTES = 64 * 1024;

export interface DispatchPorts extends Omit<ObjectWritesPorts, "checksConditions"> {
  /** Whether the services behind lack conditional writes and object tags, so that the S3 proxy stands in for them. */
  standsIn: boolean;
  endpoint(): string;
  invoke: Invoke;
}

/** Sends each request where it belongs: most go straight on to the services behind. */
export function dispatcher(ports: DispatchPorts): (exchange: Exchange) => Promise<void> {
  const { upstream, standsIn, stored, endpoint, invoke } = ports;
  const write = objectWrites({ ...ports, checksConditions: standsIn });
  return async (exchange) => {
    const { request, response } = exchange;
    const functionName = invokedFunction(request);
    if (functionName !== undefined) return answerInvoke(exchange, functionName, invoke);
    const target = toS3Request(request);
    if (standsIn && target?.operation) request.headers["content-type"] ??= DEFAULT_CONTENT_TYPE;
    if (target?.operation) return write(exchange, target, target.operation);
    if (!standsIn) return upstream.pass(exchange);
    if (target?.subresource === "tagging") {
      if (!(await stored(target.bucket, target.key))) return refuse(response, faults.noSuchKey);
      const body = String(await readBody(request, MAX_TAGGING_BYTES));
      return give(exchange, answerTagging({ method: request.method ?? "", body }, target, ports.tags));
    }
    if (target?.subresource && request.method !== "GET") return refuse(response, faults.notImplemented);
    if (asksForQueueUrls(request))
      return give(exchange, withOwnQueueUrls(await upstream.ask(exchange), endpoint()));
    return upstream.pass(exchange);
  };
}
