import * as z from "zod";
import { toNotifiedObjects } from "./aws/notified-objects.ts";
import { toImageId } from "./messages/keys.ts";

/** The ids by which the log lines about one image are found. Ids that a message does not have are absent. */
export interface ImageIds {
  key?: string;
  imageId?: string;
  correlationId?: string;
}

/** A message's event, as far as it is valid: an invalid event has ids, too. */
const NamedEvent = z.object({
  source: z.string().optional().catch(undefined),
  subject: z.string().min(1),
  data: z
    .object({
      imageId: z.string().optional().catch(undefined),
      correlationId: z.string().optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
});

/** The places in which an event arrives: SNS's envelope, a message of SQS, and the inputs of the workflow's tasks. */
const Around = z.union([
  z.object({ Type: z.literal("Notification"), Message: z.string() }).transform(({ Message }) => Message),
  z.object({ body: z.string() }).transform(({ body }) => body),
  z.object({ message: z.object({ body: z.string() }) }).transform(({ message }) => message.body),
  z.object({ job: z.object({ event: z.unknown() }) }).transform(({ job }) => job.event),
]);

/**
 * Returns the ids of the images that the input of a function is about: a notification of S3, a message, its body, an event,
 * or the input of the workflow or of one of its tasks. Empty for anything else.
 */
export function toImageIds(input: unknown): ImageIds[] {
  const content = typeof input === "string" ? tryParse(input) : input;
  if (Array.isArray(content)) return content.flatMap(toImageIds);
  const event = NamedEvent.safeParse(content).data;
  if (event) return [idsOf(event)];
  const around = Around.safeParse(content);
  if (around.success) return toImageIds(around.data);
  return toNotifiedObjects(content).map(({ key, bucket, requestId }) => ({
    key,
    ...(bucket && { imageId: toImageId(bucket, key) }),
    ...(requestId && { correlationId: requestId }),
  }));
}

function idsOf({ source, subject: key, data }: z.infer<typeof NamedEvent>): ImageIds {
  const imageId = data?.imageId ?? (source && toImageId(source.replace("s3://", ""), key));
  const correlationId = data?.correlationId;
  return { key, ...(imageId && { imageId }), ...(correlationId && { correlationId }) };
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
