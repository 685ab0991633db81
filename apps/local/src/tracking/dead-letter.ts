import { GetObjectCommand, NoSuchKey, type S3Client } from "@aws-sdk/client-s3";
import { InvocationRecord, toNotifiedObjects } from "@image-pipeline/schema/aws";
import { ImageEvent, ResultEvent } from "@image-pipeline/schema/events";
import { Failure, toFailureKey } from "@image-pipeline/schema/processing";
import { ZodError } from "zod";

/** The upload, or the image of the result, that a message in a dead-letter queue is about. */
export interface DeadUpload {
  key: string;
  sequencer: string | null;
  why: string;
}

/** The last error that a function recorded of a message, such as `STORE_DENIED: …`; null when there is none. */
export async function readFailure(
  messageId: string,
  { s3, bucket }: { s3: S3Client; bucket: string },
): Promise<string | null> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: toFailureKey(messageId) }));
    const { code, text } = Failure.parse(JSON.parse((await Body?.transformToString()) ?? ""));
    return `${code}: ${text}`;
  } catch (error) {
    if (error instanceof NoSuchKey || error instanceof SyntaxError || error instanceof ZodError) return null;
    throw error;
  }
}

/** Reads an image event, a result event, an invocation record or an S3 event; empty for an unrecognised message. */
export function toDeadUploads(body: string, queueName: string): DeadUpload[] {
  const json = parse(body);
  const why = `its message is in ${queueName}`;
  const image = ImageEvent.safeParse(json);
  if (image.success) return [{ key: image.data.subject, sequencer: image.data.data.sequencer, why }];
  const result = ResultEvent.safeParse(json);
  if (result.success) {
    const { subject: key, data } = result.data;
    return [{ key, sequencer: data.source.sequencer, why }];
  }
  return ofS3Event(json, queueName);
}

function ofS3Event(json: unknown, queueName: string): DeadUpload[] {
  const record = InvocationRecord.safeParse(json).data;
  const error = record?.responsePayload?.errorMessage;
  const why = `its event is in ${queueName}${error ? `: ${error}` : ""}`;
  return toNotifiedObjects(record ? record.requestPayload : json).map((object) => ({ ...object, why }));
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
