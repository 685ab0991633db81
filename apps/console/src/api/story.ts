/** The parts of `explain`'s story that the page shows (`npx pipeline explain KEY --json` has all). */
export interface ImageStory {
  state: string;
  /** The state in a sentence. */
  verdict: string;
  /** Newest last. */
  timeline: StoryEvent[];
  /** The price of the search of the logs; null on this machine. */
  logs: { usd: number | null };
  /** Sources that could not be read. */
  unread: { what: string; why: string }[];
  /** Keys that an unknown one may be a slip of. */
  nearKeys: string[];
  /** A command. */
  next: string | null;
}

export interface StoryEvent {
  /** Its end. */
  time: string | null;
  kind: string;
  text: string;
  function: string | null;
  reason: string | null;
  milliseconds: number | null;
  receiveCount: number | null;
  /** When its message becomes visible again. */
  nextReceiveAt: string | null;
  /** An attempt to deliver a result event. */
  webhook: {
    endpoint: string | null;
    status: number | null;
    attempt: number;
    answer: string | null;
    retryInSeconds: number | null;
  } | null;
}

export interface StoryApi {
  "GET /api/story": { query: { key: string }; answer: ImageStory };
}
