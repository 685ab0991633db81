import type { ImageEvent } from "./image-events.ts";

/** The largest number that SNS compares (docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html). */
export const LARGEST_FILTERED_NUMBER = 1_000_000_000;

/** Characters that no message attribute may have, as XML 1.0 lacks them (SNS API_Publish, SQS API_SendMessage). */
const NOT_IN_ATTRIBUTES = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

/** Replaces every character that a message attribute may not have by U+FFFD. */
export function toAttributeText(text: string): string {
  return text.replace(NOT_IN_ATTRIBUTES, "\ufffd");
}

/** Every attribute that a message of either topic can have: an image event's, then a result event's. */
export type MessageAttributeName =
  | "type"
  | "lane"
  | "extension"
  | "sizeBytes"
  | "key"
  | "reason"
  | "verdict"
  | "replacesUpload";

/** A message attribute in the form that SNS accepts. */
interface MessageAttribute {
  DataType: "String" | "Number";
  StringValue: string;
}

/**
 * Returns the attributes of an image event, which subscribers filter by. The extension is omitted unless it is short and
 * alphanumeric, since SNS refuses an empty attribute; the key goes through `toAttributeText`, and the size is at most
 * `LARGEST_FILTERED_NUMBER`.
 */
export function toMessageAttributes({
  type,
  data,
}: ImageEvent): Partial<Record<MessageAttributeName, MessageAttribute>> {
  const extension = /\.([a-z0-9]{1,16})$/i.exec(data.key)?.[1]?.toLowerCase();
  return {
    type: { DataType: "String", StringValue: type },
    lane: { DataType: "String", StringValue: data.lane },
    ...(extension && { extension: { DataType: "String", StringValue: extension } }),
    ...("size" in data && {
      sizeBytes: { DataType: "Number", StringValue: String(Math.min(data.size, LARGEST_FILTERED_NUMBER)) },
      key: { DataType: "String", StringValue: toAttributeText(data.key) },
    }),
  };
}
