import { randomBytes } from "node:crypto";
import type { Clock } from "../clock.ts";
import { readBody } from "../net/read-body.ts";
import { keysNotDeleted, toDeleteList } from "./delete-list.ts";
import { checkFormPolicy } from "./form-policy.ts";
import { toUploadForm } from "./form-upload.ts";
import { keyLocks } from "./key-locks.ts";
import type { ObjectTags } from "./object-tags.ts";
import type { PendingWrite, PendingWrites } from "./pending-writes.ts";
import { checkPreconditions, isConditional } from "./preconditions.ts";
import type { SigningCredentials } from "./presigned.ts";
import { faults, refuse, type S3Fault } from "./s3-fault.ts";
import type { ObjectChange } from "./s3-notification.ts";
import type { Write } from "./s3-operations.ts";
import type { S3Request } from "./s3-request.ts";
import { type Stored, type StoredObjects, unquote } from "./stored-object.ts";
import { tagsOfWrite } from "./tagging.ts";
import type { Answer, Exchange, Upstream } from "./upstream.ts";

/** Limit for a form or a list of keys, which is read completely before it is forwarded. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

const EVENT_NAMES = {
  put: "ObjectCreated:Put",
  copy: "ObjectCreated:Copy",
  complete: "ObjectCreated:CompleteMultipartUpload",
  post: "ObjectCreated:Post",
  delete: "ObjectRemoved:Delete",
  "delete-many": "ObjectRemoved:Delete",
} as const satisfies Record<Write, string>;

export interface ObjectWritesPorts {
  upstream: Upstream;
  stored: StoredObjects;
  pendingWrites: PendingWrites;
  /** Delivers an event for a change; the client gets its answer after that. */
  announce(change: Omit<ObjectChange, "region">): Promise<void>;
  nextSequencer(): string;
  clock: Pick<Clock, "now">;
  tags: ObjectTags;
  /** The services behind the proxy ignore the conditions of writes, so the proxy checks them. */
  checksConditions: boolean;
  /** The credentials that a form's policy must be signed with; undefined if the services check that. */
  credentials: SigningCredentials | undefined;
}

/** Writes and deletes objects, one at a time for each key, and announces every change that took effect. */
export interface ObjectWrites {
  write(exchange: Exchange, target: S3Request, write: Write): Promise<void>;
  /** Announces the writes and deletes that earlier runs did not announce before they ended. */
  recover(): Promise<void>;
}

export function objectWrites(ports: ObjectWritesPorts): ObjectWrites {
  const { upstream, stored, pendingWrites, nextSequencer, clock, checksConditions, tags, credentials } =
    ports;
  const locks = keyLocks();

  /** Forwards a write and announces it. If its outcome is unknown, announces the objects as they are stored afterwards. */
  async function forward(exchange: Exchange, pending: PendingWrite, body?: Buffer): Promise<Answer> {
    const id = pendingWrites.begin(pending);
    const answer = await upstream.ask(exchange, body).catch(async (error: unknown) => {
      await announceStored(pending);
      pendingWrites.done(id);
      throw error;
    });
    for (const key of succeeded(answer, pending)) {
      const written = writtenBy(exchange.request.headers, pending.write, answer);
      await announce(pending, key, { answer, ...(written && { written }) });
    }
    pendingWrites.done(id);
    return answer;
  }

  async function announce(
    { bucket, write, tags: newTags }: PendingWrite,
    key: string,
    { answer, written }: { answer?: Answer; written?: Stored } = {},
  ): Promise<void> {
    tags.set(bucket, key, newTags);
    const now = isRemoval(write) ? undefined : (written ?? (await stored.find(bucket, key)));
    await ports.announce({
      name: EVENT_NAMES[write],
      bucket,
      key,
      ...(now && { stored: now }),
      sequencer: nextSequencer(),
      at: clock.now(),
      requestId: toRequestId(answer),
    });
  }

  /** Announces those of a write's keys that are stored since it began, or for a delete, those that are gone. */
  async function announceStored(pending: PendingWrite): Promise<void> {
    for (const key of pending.keys) {
      const now = await stored.find(pending.bucket, key);
      const isDone = isRemoval(pending.write)
        ? now === undefined
        : now !== undefined && now.modifiedAt + 1000 > pending.since;
      if (isDone) await announce(pending, key, now ? { written: now } : {});
    }
  }

  return {
    async write(exchange, target, write) {
      const { request, response } = exchange;
      const body = isReadWhole(write, checksConditions) ? await readBody(request, MAX_BODY_BYTES) : undefined;
      const { keys, fault } = await keysOf(exchange, target, {
        write,
        body,
        now: clock.now(),
        credentials,
      });
      if (fault) return refuse(response, fault);
      await locks.run(
        keys.map((key) => `${target.bucket}/${key}`),
        async () => {
          if (checksConditions && isConditional(request.headers)) {
            const failed = checkPreconditions(request.headers, await stored.find(target.bucket, target.key));
            if (failed) return refuse(response, failed);
          }
          const newTags = isRemoval(write) ? "" : tagsOfWrite(request.headers, tags);
          const pending = { bucket: target.bucket, keys, write, tags: newTags, since: clock.now() };
          const sent = body && write === "complete" ? withPlainQuotes(body) : body;
          give(exchange, await forward(exchange, pending, sent));
        },
      );
    },
    async recover() {
      for (const { id, pending } of pendingWrites.list()) {
        await announceStored(pending);
        pendingWrites.done(id);
      }
    },
  };
}

/** A list of parts is read because the local services would not understand every one; another service's is signed. */
function isReadWhole(write: Write, servicesAreLocal: boolean): boolean {
  return write === "post" || write === "delete-many" || (write === "complete" && servicesAreLocal);
}

/** The local services take ETags in quotes or in `&quot;`, but not in `&#34;`, as programs in Go write them. */
function withPlainQuotes(body: Buffer): Buffer {
  return Buffer.from(body.toString().replaceAll(/&#(34|x22);/gi, '"'));
}

function isRemoval(write: Write): boolean {
  return write === "delete" || write === "delete-many";
}

export function give({ response }: Exchange, { status, headers, body }: Answer): void {
  response.writeHead(status, headers);
  response.end(body);
}

interface KeysOptions {
  write: Write;
  body: Buffer | undefined;
  /** Milliseconds since 1970. */
  now: number;
  credentials: SigningCredentials | undefined;
}

interface Keys {
  keys: readonly string[];
  fault?: S3Fault;
}

/** Finds the keys that a write is about: the one in its URL, or those in its body. */
async function keysOf(
  { request }: Exchange,
  { bucket, key }: S3Request,
  { write, body, now, credentials }: KeysOptions,
): Promise<Keys> {
  if (!body || write === "complete") return { keys: [key] };
  if (write === "post") {
    const form = await toUploadForm(body, request.headers["content-type"] ?? "");
    if (!form) return { keys: [], fault: faults.malformedForm };
    const fault = credentials && (await checkFormPolicy(form.fields, { ...form, bucket, now, credentials }));
    return { keys: [form.key], ...(fault && { fault }) };
  }
  const list = toDeleteList(body.toString());
  if (!list) return { keys: [], fault: faults.malformedXml };
  return { keys: list.keys, ...(list.isConditional && { fault: faults.notImplemented }) };
}

/** Returns the service's request id, or a new one of the same form. */
function toRequestId(answer: Answer | undefined): string {
  return String(answer?.headers["x-amz-request-id"] ?? randomBytes(8).toString("hex").toUpperCase());
}

/** Returns the keys at which a write took effect. S3 may report a failed copy or completion with status 200. */
function succeeded({ status, body }: Answer, { write, keys }: PendingWrite): readonly string[] {
  if (status >= 400) return [];
  if (write === "delete-many") {
    const failed = new Set(keysNotDeleted(body.toString()));
    return keys.filter((key) => !failed.has(key));
  }
  return (write === "copy" || write === "complete") && body.includes("<Error>") ? [] : keys;
}

/** Returns the object that a plain upload wrote, if its headers have eTag and size. */
function writtenBy(
  headers: Exchange["request"]["headers"],
  write: Write,
  answer: Answer,
): Stored | undefined {
  const length = headers["x-amz-decoded-content-length"] ?? headers["content-length"];
  const { etag } = answer.headers;
  if (write !== "put" || typeof length !== "string" || typeof etag !== "string") return undefined;
  return { eTag: unquote(etag), size: Number(length), modifiedAt: 0 };
}
