import { ImageEvent, ResultEvent } from "@image-pipeline/schema";
import { InvocationRecord, toNotifiedObjects } from "@image-pipeline/schema/aws";

/** The upload, or the image of the result, that a message in a dead-letter queue is about. */
export interface DeadUpload {
  key: string;
  sequencer: string | null;
  why: string;
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
