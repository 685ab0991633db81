import type { Condition, EventPattern, ValueTest } from "../aws/event-pattern.ts";
import type { Settings } from "../config/pipeline-settings.ts";
import { LARGEST_FILTERED_NUMBER } from "../messages/message-attributes.ts";

/**
 * Which uploads go through the workflow, and through it alone: the large ones and those below a prefix. What is larger
 * than SNS can compare goes the usual way, where it is rejected for its size without being read.
 */
type Choice = Pick<Settings["workflow"], "enabled" | "minBytes" | "prefix">;

/** The rule itself; the two filters below say the same in AWS's words. */
export function isWorkflowUpload({ size, key }: { size: number; key: string }, choice: Choice): boolean {
  if (!choice.enabled) return false;
  const isLarge = size >= choice.minBytes && size < LARGEST_FILTERED_NUMBER;
  return isLarge || key.startsWith(choice.prefix);
}

/**
 * What a subscriber of the image events adds to its filter policy, so that it gets every event but those uploads. Events
 * without a size or a key among their attributes, as deletes are, always pass.
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
 * The patterns of a pipe from a queue of image events: a message that any of them takes is one of those uploads. One that
 * SNS wrapped in an envelope, as after a redrive, is let through to be unwrapped: a pipe deletes what its patterns refuse.
 */
export function workflowPatterns({ minBytes, prefix }: Choice): EventPattern[] {
  const upload = (data: Record<string, ValueTest[]>) => ({ body: { type: ["image.uploaded"], data } });
  return [
    upload({ size: [{ numeric: [">=", minBytes, "<", LARGEST_FILTERED_NUMBER] }] }),
    upload({ key: [{ prefix }] }),
    { body: { Type: ["Notification"] } },
  ];
}
