import type { ResultEvent } from "@image-pipeline/schema/events";
import { toAmount, toSize } from "../terminal/units.ts";

/** One line for a person: time, type, key and details. */
export function toEventLine(event: ResultEvent): string {
  return [event.time.slice(0, 19).replace("T", " "), event.type.padEnd(15), event.subject, toDetail(event)]
    .filter((part) => part !== "")
    .join("  ");
}

function toDetail(event: ResultEvent): string {
  switch (event.type) {
    case "image.processed": {
      const bytes = event.data.renditions.reduce((sum, rendition) => sum + rendition.bytes, 0);
      return `${toAmount(event.data.renditions.length, "rendition")}, ${toSize(bytes)}`;
    }
    case "image.rejected":
      return `${event.data.reason}: ${event.data.reasonText}`;
    case "image.removed":
      return "";
    case "image.analyzed": {
      const { verdict, labels, reason, reasonText } = event.data;
      return verdict ? [verdict, ...labels].join(" ") : `${reason}: ${reasonText}`;
    }
  }
}
