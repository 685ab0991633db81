import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import type { AwsClients } from "./aws-clients.ts";

export interface CallTargets {
  uploads: string;
  processed: string;
  renditionsQueueUrl: string;
}
export interface ForbiddenCall {
  role: "analyzer" | "audit" | "ingest" | "worker";
  what: string;
  call(clients: AwsClients, targets: CallTargets): Promise<unknown>;
}

const put = (Bucket: string, Key: string) => new PutObjectCommand({ Bucket, Key, Body: "no" });

/** Calls that IAM must refuse, even if a handler made them. */
export const FORBIDDEN_CALLS: readonly ForbiddenCall[] = [
  {
    role: "worker",
    what: "write to the upload bucket",
    call: ({ s3 }, { uploads }) => s3.send(put(uploads, "loop.jpg")),
  },
  {
    role: "worker",
    what: "delete an upload",
    call: ({ s3 }, { uploads }) =>
      s3.send(new DeleteObjectCommand({ Bucket: uploads, Key: "photos/a-cat.jpg" })),
  },
  {
    role: "worker",
    what: "write outside its prefixes",
    call: ({ s3 }, { processed }) => s3.send(put(processed, "elsewhere/a.json")),
  },
  {
    role: "worker",
    what: "delete a manifest",
    call: ({ s3 }, { processed }) =>
      s3.send(new DeleteObjectCommand({ Bucket: processed, Key: "manifests/photos/a-cat.jpg.json" })),
  },
  {
    role: "worker",
    what: "send to its queue",
    call: ({ sqs }, { renditionsQueueUrl }) =>
      sqs.send(new SendMessageCommand({ QueueUrl: renditionsQueueUrl, MessageBody: "no" })),
  },
  {
    role: "audit",
    what: "delete an upload",
    call: ({ s3 }, { uploads }) =>
      s3.send(new DeleteObjectCommand({ Bucket: uploads, Key: "photos/notes.jpg" })),
  },
  {
    role: "audit",
    what: "write a manifest",
    call: ({ s3 }, { processed }) => s3.send(put(processed, "manifests/photos/notes.jpg.json")),
  },
  {
    role: "audit",
    what: "send to the renditions queue",
    call: ({ sqs }, { renditionsQueueUrl }) =>
      sqs.send(new SendMessageCommand({ QueueUrl: renditionsQueueUrl, MessageBody: "no" })),
  },
  {
    role: "analyzer",
    what: "write to the upload bucket",
    call: ({ s3 }, { uploads }) => s3.send(put(uploads, "loop.jpg")),
  },
  {
    role: "analyzer",
    what: "write a manifest",
    call: ({ s3 }, { processed }) => s3.send(put(processed, "manifests/a.json")),
  },
  {
    role: "analyzer",
    what: "read a rendition",
    call: ({ s3 }, { processed }) =>
      s3.send(new GetObjectCommand({ Bucket: processed, Key: "renditions/a" })),
  },
  {
    role: "ingest",
    what: "read an object",
    call: ({ s3 }, { uploads }) =>
      s3.send(new GetObjectCommand({ Bucket: uploads, Key: "photos/a-cat.jpg" })),
  },
  {
    role: "ingest",
    what: "write an object",
    call: ({ s3 }, { processed }) => s3.send(put(processed, "manifests/a.json")),
  },
  {
    role: "ingest",
    what: "send to the renditions queue, past the topic",
    call: ({ sqs }, { renditionsQueueUrl }) =>
      sqs.send(new SendMessageCommand({ QueueUrl: renditionsQueueUrl, MessageBody: "no" })),
  },
  {
    role: "ingest",
    what: "receive from the renditions queue",
    call: ({ sqs }, { renditionsQueueUrl }) =>
      sqs.send(new ReceiveMessageCommand({ QueueUrl: renditionsQueueUrl })),
  },
];
