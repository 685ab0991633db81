import type { ResultEvent } from "./result-events.ts";

/**
 * Returns true if copies that others keep of the image, such as a CDN's, must go: it was deleted, quarantined or replaced by
 * another upload. A picture that could not be analysed is quarantined too: its content is unknown.
 */
export function outdatesCopies({ type, data }: ResultEvent): boolean {
  switch (type) {
    case "image.removed":
      return true;
    case "image.analyzed":
      return data.verdict === "quarantine" || data.verdict === null;
    case "image.processed":
    case "image.rejected":
      return data.replacesUpload ?? false;
  }
}

/** SNS's filter policy that lets the same events through, by their message attributes. */
export const OUTDATING_EVENTS = {
  $or: [
    { type: ["image.removed"] },
    { verdict: ["quarantine"] },
    { type: ["image.analyzed"], verdict: [{ exists: false }] },
    { replacesUpload: ["true"] },
  ],
} as const;
