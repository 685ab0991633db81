import { toAmount } from "@image-pipeline/operator-kit";
import type { ResultEvent } from "@image-pipeline/schema";

/** One line for a person: when, what, which, and what of it. */
export function toEventLine(event: ResultEvent): string {
  return [event.time.slice(0, 19).replace("T", " "), event.type.padEnd(15), event.subject, toDetail(event)]
    .filter((part) => part !== "")
    .join("  ");
}

function toDetail(event: ResultEvent): string {
  switch (event.type) {
    case "image.processed": {
      const kilobytes = event.data.renditions.reduce((sum, { bytes }) => sum + bytes, 0) / 1000;
      return `${toAmount(event.data.renditions.length, "rendition")}, ${kilobytes.toFixed(0)} kB`;
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
