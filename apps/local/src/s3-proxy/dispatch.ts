import type { ServerResponse } from "node:http";
import { readBody } from "../net/read-body.ts";
import { toXml } from "../net/xml.ts";
import { toStoredType } from "./content-type.ts";
import { answerMappings, asksForMappings } from "./event-source-mappings.ts";
import { answerInvoke, type Invoke, invokedFunction } from "./invocation.ts";
import type { ObjectTags } from "./object-tags.ts";
import { give, type ObjectWrites } from "./object-writes.ts";
import { checkPresigned, type SigningCredentials } from "./presigned.ts";
import { asksForQueueUrls, withOwnQueueUrls } from "./queue-urls.ts";
import { faults, refuse } from "./s3-fault.ts";
import { handlingOf } from "./s3-operations.ts";
import { type S3Request, toS3Request } from "./s3-request.ts";
import { answerSecretsManager, asksSecretsManager } from "./secrets-manager.ts";
import type { StoredObjects } from "./stored-object.ts";
import { answerTagging } from "./tagging.ts";
import type { Exchange, Upstream } from "./upstream.ts";

/** Ten tags of 128 and 256 characters (docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html), and XML. */
const MAX_TAGGING_BYTES = 64 * 1024;

export interface DispatchPorts {
  upstream: Upstream;
  /** The services behind the proxy are the local ones: the proxy adds the parts of S3 that they lack. */
  servicesAreLocal: boolean;
  /** The credentials with which a URL must be presigned. */
  credentials: SigningCredentials;
  writes: ObjectWrites;
  stored: StoredObjects;
  tags: ObjectTags;
  now(): number;
  endpoint(): string;
  invoke: Invoke;
  /** Answers a request to the API of CloudFront; undefined for any other request. */
  cloudFront?: CloudFrontApi | undefined;
  /** The one secret of Secrets Manager; undefined if another service answers for it. */
  webhookSecret?: string | undefined;
  /** The switches of the event source mappings. */
  mappings(): Parameters<typeof answerMappings>[1];
}

export type CloudFrontApi = (exchange: Exchange) => Promise<void> | undefined;

/** Sends each request to its handler: most go to the services behind the proxy. */
export function dispatcher(ports: DispatchPorts): (exchange: Exchange) => Promise<void> {
  const { upstream, servicesAreLocal, writes, endpoint, invoke } = ports;
  return async (exchange) => {
    const { request } = exchange;
    const functionName = invokedFunction(request);
    if (functionName !== undefined) return answerInvoke(exchange, functionName, invoke);
    const answered = ports.cloudFront?.(exchange);
    if (answered !== undefined) return answered;
    const { webhookSecret } = ports;
    if (webhookSecret !== undefined && asksSecretsManager(request))
      return answerSecretsManager(exchange, webhookSecret);
    if (servicesAreLocal && asksForMappings(request)) return answerMappings(exchange, ports.mappings());
    const target = toS3Request(request);
    if (target && servicesAreLocal) return answerS3(exchange, target, ports);
    const handling = target && handlingOf(target);
    if (target && handling?.by === "write") return writes.write(exchange, target, handling.write);
    if (servicesAreLocal && asksForQueueUrls(request))
      return give(exchange, withOwnQueueUrls(await upstream.ask(exchange), endpoint()));
    return upstream.pass(exchange);
  };
}

async function answerS3(exchange: Exchange, target: S3Request, ports: DispatchPorts): Promise<void> {
  const { request, response } = exchange;
  const { upstream, stored, credentials, writes } = ports;
  const fault = await checkPresigned({ request, target, now: ports.now(), credentials });
  if (fault) return refuse(response, fault);
  const handling = handlingOf(target);
  if (!target.isForm || request.method !== "POST")
    request.headers["content-type"] = toStoredType(request.headers["content-type"]);
  switch (handling.by) {
    case "services":
      return upstream.pass(exchange);
    case "write":
      return writes.write(exchange, target, handling.write);
    case "tagging":
      return giveTagging(exchange, target, ports);
    case "document":
      return (await exists(target, stored))
        ? giveDocument(response, 200, handling.document)
        : refuse(response, target.key === "" ? faults.noSuchBucket : faults.noSuchKey);
    case "fault":
      return refuse(
        response,
        handling.ifExists && !(await exists(target, stored)) ? faults.noSuchBucket : handling.fault,
      );
  }
}

async function giveTagging(
  { request, response }: Exchange,
  target: S3Request,
  { stored, tags }: Pick<DispatchPorts, "stored" | "tags">,
): Promise<void> {
  if (!(await exists(target, stored))) return refuse(response, faults.noSuchKey);
  const body = String(await readBody(request, MAX_TAGGING_BYTES));
  const answer = answerTagging(target, body, tags);
  if ("fault" in answer) return refuse(response, answer.fault);
  giveDocument(response, answer.status, answer.document);
}

async function exists({ bucket, key }: S3Request, stored: StoredObjects): Promise<boolean> {
  return key === "" ? stored.hasBucket(bucket) : (await stored.find(bucket, key)) !== undefined;
}

function giveDocument(
  response: ServerResponse,
  status: number,
  document?: Readonly<Record<string, unknown>>,
): void {
  response.req.resume();
  response.writeHead(status, document && { "content-type": "application/xml" });
  response.end(document && toXml(document));
}
