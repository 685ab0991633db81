/**
 * What the workflow's tasks throw, by name, and what the state machine does about it. The handlers throw no other names on
 * purpose; whatever else comes is nobody's to classify, and ends in the workflow's dead-letter queue at once.
 */
export const WORKFLOW_ERRORS = {
  /** Tried again, with jitter; then the dead-letter queue. */
  transient: [
    "STORE_UNAVAILABLE",
    "STORE_DENIED",
    "PUBLISHER_UNAVAILABLE",
    "MANIFEST_UNREADABLE",
    "MANIFEST_CONTENDED",
    "OUT_OF_TIME",
    "ANALYSIS_UNAVAILABLE",
    "ANALYSIS_DENIED",
    "ANALYSIS_UNREADABLE",
    "ANALYSIS_CONTENDED",
  ],
  /** An answer: what the picture itself causes, and sources whose newer event does the work. They are published as such. */
  permanent: ["IMAGE_REJECTED", "SOURCE_CHANGED", "SOURCE_GONE", "SOURCE_GENERATED"],
  /** No image event of ours, or a call that is ours to mend: the dead-letter queue keeps it. */
  hopeless: ["MALFORMED_MESSAGE", "ANALYSIS_MISCALLED"],
} as const;

export type WorkflowError = (typeof WORKFLOW_ERRORS)[keyof typeof WORKFLOW_ERRORS][number];
