import type { Condition, EventPattern, ValueTest } from "../aws/event-pattern.ts";
import type { Settings } from "../config/pipeline-settings.ts";
import { LARGEST_FILTERED_NUMBER } from "../messages/message-attributes.ts";

/**
 * The choice of the uploads that the workflow processes instead of the worker: large ones, and those below a prefix.
 * Uploads larger than SNS can compare go to the worker, which rejects them for their size without reading them.
 */
type Choice = Pick<Settings["workflow"], "enabled" | "minBytes" | "prefix">;

/** Returns true for an upload of the workflow. The two filters below are the same rule in AWS's terms. */
export function isWorkflowUpload({ size, key }: { size: number; key: string }, choice: Choice): boolean {
  if (!choice.enabled) return false;
  const isLarge = size >= choice.minBytes && size < LARGEST_FILTERED_NUMBER;
  return isLarge || key.startsWith(choice.prefix);
}

/**
 * Returns the part of a subscriber's filter policy that excludes the uploads of the workflow. Events without a size or key
 * among their attributes, such as deletions, always pass.
 */
export function exceptWorkflowUploads({
  enabled,
  minBytes,
  prefix,
}: Choice): Readonly<Partial<Record<"sizeBytes" | "key", readonly Condition[]>>> {
  if (!enabled) return {};
  return {
    sizeBytes: [
      { exists: false },
      { numeric: ["<", minBytes] },
      { numeric: [">=", LARGEST_FILTERED_NUMBER] },
    ],
    key: [{ exists: false }, { "anything-but": { prefix } }],
  };
}

/**
 * Returns the patterns of the pipe from a queue of image events, one of which matches every upload of the workflow. A
 * message in an SNS envelope, as after a redrive, matches too and is unwrapped later: a pipe deletes unmatched messages.
 */
export function workflowPatterns({ minBytes, prefix }: Choice): EventPattern[] {
  const upload = (data: Record<string, ValueTest[]>) => ({ body: { type: ["image.uploaded"], data } });
  return [
    upload({ size: [{ numeric: [">=", minBytes, "<", LARGEST_FILTERED_NUMBER] }] }),
    upload({ key: [{ prefix }] }),
    { body: { Type: ["Notification"] } },
  ];
}
