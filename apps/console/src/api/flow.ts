/** The numbers of one queue. */
export interface QueueNumbers {
  queue: string;
  isDeadLetterQueue: boolean;
  waiting: number;
  inFlight: number;
  delayed: number;
  oldestSeconds: number | null;
  /** The change of the number of its messages in a minute; null until there are readings enough. */
  perMinute: number | null;
}

/** A resource on the way of an image. */
export interface Step {
  kind: string;
  name: string;
  /** The queue whose numbers belong here. */
  queue?: string;
  /** The queues of messages that failed here. */
  deadLetters?: readonly string[];
  /** The images that are here. */
  images?: "all" | "waiting";
}

/** A subscriber's queue, and what receives from it. */
export interface Lane {
  steps: readonly Step[];
  /** Its results reach the steps behind the lanes. */
  goesOn: boolean;
}

/** A part of the pipeline, from left to right. */
export interface Part {
  before: readonly Step[];
  lanes: readonly Lane[];
  after: readonly Step[];
}

/** The diagram with its numbers at one time. */
export interface Flow {
  at: string;
  queues: QueueNumbers[];
  parts: readonly Part[];
}

export interface FlowChannels {
  flow: Flow;
}
