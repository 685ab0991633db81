import * as z from "zod";

/** The envelope of every message: CloudEvents 1.0, structured JSON (github.com/cloudevents/spec). */
export function cloudEvent<Type extends string, Data extends z.ZodType>(type: Type, data: Data) {
  return z.object({
    specversion: z.literal("1.0"),
    id: z.string().min(1),
    type: z.literal(type),
    source: z.string().regex(/^s3:\/\/./, "must be s3://BUCKET"),
    subject: z.string().min(1),
    time: z.iso.datetime(),
    datacontenttype: z.literal("application/json"),
    dataschema: z.literal(dataSchemaOf(type)),
    data,
  });
}

/** The object that an event is about, when the event happened (ISO 8601, UTC), and the event's id. */
interface Occurrence {
  id: string;
  bucket: string;
  key: string;
  time: string;
}

/** Puts data into the envelope that `cloudEvent` describes. */
export function toCloudEvent<const Type extends string, Data>(
  type: Type,
  { id, bucket, key, time }: Occurrence,
  data: Data,
) {
  return {
    specversion: "1.0" as const,
    source: `s3://${bucket}`,
    subject: key,
    time,
    datacontenttype: "application/json" as const,
    id,
    type,
    dataschema: dataSchemaOf(type),
    data,
  };
}

/** The name under which the JSON Schema of a message type is published in `json-schema/`. */
function dataSchemaOf(type: string): string {
  return `urn:image-pipeline:${type.replace(".", "-")}.v1.json`;
}

/**
 * Serialises a message body for SQS: JSON in which every character that XML 1.0 lacks is escaped
 * (docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html), so that any object key is accepted.
 */
export function toMessageBody(event: unknown): string {
  return JSON.stringify(event).replace(
    /[\u007f\ufffe\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
