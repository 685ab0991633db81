import { GetObjectCommand, NoSuchKey, type S3Client } from "@aws-sdk/client-s3";
import { ImageEvent, ResultEvent } from "@image-pipeline/schema";
import { z } from "zod";

/** Which upload, or which image's result, a message in a dead-letter queue was about. */
export interface DeadUpload {
  key: string;
  sequencer: string | null;
  why: string;
}

const S3Event = z.object({
  Records: z.array(
    z.object({ s3: z.object({ object: z.object({ key: z.string(), sequencer: z.string().optional() }) }) }),
  ),
});
const InvocationRecord = z.object({
  requestPayload: S3Event,
  responsePayload: z.object({ errorMessage: z.string() }).optional(),
});

const Failure = z.object({ code: z.string(), text: z.string() });

/** The last error that a function recorded of a message, such as `STORE_DENIED: …`; null when there is none. */
export async function readFailure(
  messageId: string,
  { s3, bucket }: { s3: S3Client; bucket: string },
): Promise<string | null> {
  try {
    const { Body } = await s3.send(
      new GetObjectCommand({ Bucket: bucket, Key: `failures/${messageId}.json` }),
    );
    const { code, text } = Failure.parse(JSON.parse((await Body?.transformToString()) ?? ""));
    return `${code}: ${text}`;
  } catch (error) {
    if (error instanceof NoSuchKey || error instanceof SyntaxError || error instanceof z.ZodError)
      return null;
    throw error;
  }
}

/** Reads an image event, a result event, an invocation record or a bare S3 event; empty for a message that is none of ours. */
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
  const record = InvocationRecord.safeParse(json);
  const event = record.success ? record.data.requestPayload : S3Event.safeParse(json).data;
  const error = record.data?.responsePayload?.errorMessage;
  const why = `its event is in ${queueName}${error ? `: ${error}` : ""}`;
  return (event?.Records ?? []).map(({ s3: { object } }) => ({
    key: decodeURIComponent(object.key.replaceAll("+", " ")),
    sequencer: object.sequencer ?? null,
    why,
  }));
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
