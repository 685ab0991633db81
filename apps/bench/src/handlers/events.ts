import { Limits, type Presets } from "@image-pipeline/schema/config";
import { IngestEnvironment, WorkerEnvironment } from "@image-pipeline/schema/environment";
import { imageUploaded, toMessageBody } from "@image-pipeline/schema/events";
import type { Photograph } from "../photographs.ts";
import { toETag } from "./stand-in-aws.ts";

export const UPLOADS = "uploads";
const SEQUENCER = "0055AED6DCD90281E5";
const TIME = "2026-01-01T00:00:00.000Z";
const TOPIC = "arn:aws:sns:us-east-1:000000000000:topic";

/** The environment of both functions on a stand-in. */
export function toEnvironment(endpoint: string, presets: Presets): Record<string, string> {
  return {
    ...IngestEnvironment.encode({
      IMAGE_EVENTS_TOPIC_ARN: TOPIC,
      TENANTS: { prefix: "", pattern: "^([^/]+)/" },
    }),
    ...WorkerEnvironment.encode({
      UPLOAD_BUCKET: UPLOADS,
      UPLOAD_PREFIX: "",
      PROCESSED_BUCKET: "processed",
      IMAGE_RESULTS_TOPIC_ARN: TOPIC,
      RENDITIONS_QUEUE_URL: `${endpoint}/000000000000/renditions`,
      MAX_RECEIVE_COUNT: 5,
      PRESETS: presets,
      LIMITS: Limits.parse({}),
    }),
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "bench",
    AWS_SECRET_ACCESS_KEY: "bench",
    MALLOC_ARENA_MAX: "2",
  };
}

/** What S3 tells ingest of an upload. */
export function toNotification(photograph: Photograph): unknown {
  const object = {
    key: photograph.name,
    size: photograph.data.length,
    eTag: toETag(photograph.data),
    sequencer: SEQUENCER,
  };
  const s3 = { bucket: { name: UPLOADS }, object };
  return { Records: [{ eventVersion: "2.1", eventName: "ObjectCreated:Put", eventTime: TIME, s3 }] };
}

/** A batch of image events, as the worker's queue delivers it. */
export function toBatch(photographs: readonly Photograph[]): unknown {
  return { Records: photographs.map(toRecord) };
}

function toRecord(photograph: Photograph, index: number) {
  const { name: key, data } = photograph;
  const source = {
    bucket: UPLOADS,
    key,
    eTag: toETag(data),
    versionId: null,
    size: data.length,
    sequencer: SEQUENCER,
  };
  return {
    messageId: `message-${index}`,
    receiptHandle: "receipt",
    attributes: { ApproximateReceiveCount: "1" },
    body: toMessageBody(imageUploaded(source, { time: TIME })),
    eventSource: "aws:sqs",
  };
}

/** Sources by path, as the stand-in wants them. */
export function toSources(photographs: readonly Photograph[]): Map<string, Uint8Array> {
  return new Map(photographs.map(({ name, data }) => [`/${UPLOADS}/${name}`, data]));
}
