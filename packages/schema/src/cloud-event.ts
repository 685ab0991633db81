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

/** The name under which the JSON Schema of a message type is published in `json-schema/`. */
export function dataSchemaOf<Type extends string>(type: Type) {
  return `urn:image-pipeline:${type.replace(".", "-")}.v1.json`;
}

/**
 * A message body as SQS takes it: JSON with every character that XML 1.0 lacks escaped
 * (docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html), so that any object key passes.
 */
export function toMessageBody(event: unknown): string {
  return JSON.stringify(event).replace(
    /[\u007f\ufffe\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
