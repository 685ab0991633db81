/** A message that could not be processed. */
export interface DeadLetterRow {
  id: string;
  queue: string;
  /** The queue or function that a redrive sends it to. */
  target: string;
  reason: string;
  text: string;
  /** Null for a message that is no image event. */
  key: string | null;
  sentAt: string;
  ageSeconds: number;
}

/** The messages that a change is about: those with the ids, or all of a reason. */
export interface DeadLetterSelection {
  ids?: readonly string[];
  reason?: string;
  /** Counts only. */
  dryRun?: boolean;
}

/** The messages as they were at one time: a reading of thousands takes a while, and is used until their number changes. */
export interface DeadLetterList {
  at: string;
  messages: DeadLetterRow[];
}

export interface DeadLettersApi {
  /** `again` starts a new reading. */
  "GET /api/dead-letters": { query: { again?: "yes" | undefined }; answer: DeadLetterList };
  "GET /api/dead-letter": {
    query: { id: string };
    answer: DeadLetterRow & { receiveCount: number; payload: string };
  };
  "POST /api/dead-letters/redrive": { body: DeadLetterSelection; answer: { count: number } };
  "POST /api/dead-letters/drop": { body: DeadLetterSelection; answer: { count: number } };
}

/** A task that goes through the dead-letter queues. */
export interface DeadLetterProgress {
  task: "read" | "redrive" | "drop";
  /** Messages so far. */
  done: number;
  /** Messages in all; null if that is not known. */
  of: number | null;
}

export interface DeadLettersChannels {
  /** Null while no task runs. */
  "dead-letters": DeadLetterProgress | null;
}
