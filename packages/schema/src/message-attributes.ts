import { LARGEST_FILTERED_NUMBER, toAttributeText } from "./filter-pattern.ts";
import type { ImageEvent } from "./image-events.ts";

/** Every attribute that a message of either topic may carry: an image event's, then a result event's. */
export type MessageAttributeName = "type" | "lane" | "extension" | "sizeBytes" | "key" | "reason" | "verdict";

/** An attribute of a message, as SNS takes it. */
interface MessageAttribute {
  DataType: "String" | "Number";
  StringValue: string;
}

/**
 * What subscribers of the image events filter by. An extension is only there when it is plain, as an attribute takes no
 * empty text; an upload's key has U+FFFD for what an attribute does not take, and its size ends where SNS's numbers end.
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
