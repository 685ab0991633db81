import { randomBytes } from "node:crypto";
import type { Clock } from "../clock.ts";
import { keyOfForm } from "./form-upload.ts";
import { keyLocks } from "./key-locks.ts";
import { hasConditions, keysNotDeleted, keysToDelete } from "./multi-delete.ts";
import type { ObjectTags } from "./object-tags.ts";
import { checkPreconditions, isConditional, type Stored, unquote } from "./preconditions.ts";
import { faults, refuse } from "./s3-fault.ts";
import type { ObjectChange } from "./s3-notification.ts";
import type { S3Request } from "./s3-request.ts";
import { tagsOfWrite } from "./tagging.ts";
import { type Answer, type Exchange, readBody, type Upstream } from "./upstream.ts";

/** A form or a list of keys is read as a whole, to learn what it is about. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

const EVENT_NAMES = {
  put: "ObjectCreated:Put",
  copy: "ObjectCreated:Copy",
  complete: "ObjectCreated:CompleteMultipartUpload",
  post: "ObjectCreated:Post",
  delete: "ObjectRemoved:Delete",
  "delete-many": "ObjectRemoved:Delete",
} as const;
type Operation = keyof typeof EVENT_NAMES;

export interface ObjectWritesPorts {
  upstream: Upstream;
  /** What stands at a key now. */
  stored(bucket: string, key: string): Promise<Stored | undefined>;
  /** Takes the change into safety: the client hears of its success only after that. */
  announce(change: Omit<ObjectChange, "region">): Promise<void>;
  nextSequencer(): string;
  clock: Pick<Clock, "now">;
  tags: ObjectTags;
  /** Whether the service behind ignores the conditions of writes, so that they are checked here. */
  checksConditions: boolean;
}

/** Writes and deletes of objects: one at a time at each key, on condition where asked, and announced as events. */
export function objectWrites(ports: ObjectWritesPorts) {
  const { upstream, stored, announce, nextSequencer, clock, checksConditions, tags } = ports;
  const locks = keyLocks();

  return async function write(exchange: Exchange, target: S3Request, operation: Operation): Promise<void> {
    const { request, response } = exchange;
    const whole = operation === "post" || operation === "delete-many";
    const body = whole ? await readBody(request, MAX_BODY_BYTES) : undefined;
    const keys = await keysOf(exchange, target, body);
    if (!keys || (body && operation === "delete-many" && hasConditions(body.toString())))
      return refuse(response, keys ? faults.notImplemented : faults.malformed);
    await locks.run(
      keys.map((key) => `${target.bucket}/${key}`),
      async () => {
        if (checksConditions && isConditional(request.headers)) {
          const fault = checkPreconditions(request.headers, await stored(target.bucket, target.key));
          if (fault) return refuse(response, fault);
        }
        const answer = await upstream.ask(exchange, body);
        for (const key of succeeded(answer, operation, keys)) {
          tags.set(target.bucket, key, isRemoval(operation) ? "" : tagsOfWrite(request.headers, tags));
          await tell(exchange, { ...target, key }, operation, answer);
        }
        give(exchange, answer);
      },
    );
  };

  async function tell(
    { request }: Exchange,
    { bucket, key }: S3Request,
    operation: Operation,
    answer: Answer,
  ): Promise<void> {
    const now = isRemoval(operation)
      ? undefined
      : (writtenBy(request.headers, operation, answer) ?? (await stored(bucket, key)));
    await announce({
      name: EVENT_NAMES[operation],
      bucket,
      key,
      ...(now && { stored: now }),
      sequencer: nextSequencer(),
      at: clock.now(),
      requestId: toRequestId(answer),
    });
  }
}

function isRemoval(operation: Operation): boolean {
  return operation === "delete" || operation === "delete-many";
}

export function give({ response }: Exchange, { status, headers, body }: Answer): void {
  response.writeHead(status, headers);
  response.end(body);
}

async function keysOf(
  { request }: Exchange,
  { key }: S3Request,
  body: Buffer | undefined,
): Promise<string[] | undefined> {
  if (!body) return [key];
  const type = request.headers["content-type"] ?? "";
  if (!type.toLowerCase().includes("multipart/form-data")) return keysToDelete(body.toString());
  const formKey = await keyOfForm(body, type);
  return formKey === undefined ? undefined : [formKey];
}

/** S3's own, or one in its form from a service that gives none. */
function toRequestId({ headers }: Answer): string {
  return String(headers["x-amz-request-id"] ?? randomBytes(8).toString("hex").toUpperCase());
}

/** The keys at which the operation took effect; S3 can report a failed copy or completion inside a 200. */
function succeeded({ status, body }: Answer, operation: Operation, keys: string[]): string[] {
  if (status >= 400) return [];
  if (operation === "delete-many") {
    const failed = new Set(keysNotDeleted(body.toString()));
    return keys.filter((key) => !failed.has(key));
  }
  return (operation === "copy" || operation === "complete") && body.includes("<Error>") ? [] : keys;
}

/** What a plain upload wrote, from its own headers; undefined where they do not say. */
function writtenBy(
  headers: Exchange["request"]["headers"],
  operation: Operation,
  answer: Answer,
): Stored | undefined {
  const length = headers["x-amz-decoded-content-length"] ?? headers["content-length"];
  const { etag } = answer.headers;
  if (operation !== "put" || typeof length !== "string" || typeof etag !== "string") return undefined;
  return { eTag: unquote(etag), size: Number(length) };
}
