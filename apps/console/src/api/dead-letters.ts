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

export interface DeadLettersApi {
  "GET /api/dead-letters": { answer: { messages: DeadLetterRow[] } };
  "GET /api/dead-letter": {
    query: { id: string };
    answer: DeadLetterRow & { receiveCount: number; payload: string };
  };
  "POST /api/dead-letters/redrive": { body: DeadLetterSelection; answer: { count: number } };
  "POST /api/dead-letters/drop": { body: DeadLetterSelection; answer: { count: number } };
}
