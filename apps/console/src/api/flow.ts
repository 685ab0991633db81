/** The numbers of one queue. */
export interface QueueNumbers {
  queue: string;
  isDeadLetterQueue: boolean;
  waiting: number;
  inFlight: number;
  delayed: number;
  oldestSeconds: number | null;
  /** Messages that were sent to it in a minute; null until there are readings enough, and for a dead-letter queue. */
  inPerMinute: number | null;
  /** Messages that its receiver was done with in a minute. */
  outPerMinute: number | null;
}

/** A list that an edge or a step of the diagram opens. */
export type FlowList = "images" | "waiting" | "processed" | "events";

/** A resource on the way of an image. */
export interface Step {
  kind: string;
  name: string;
  /** The queue whose numbers belong here. */
  queue?: string;
  /** The queues of messages that failed here. */
  deadLetters?: readonly string[];
  /** The list of what is here. */
  list?: FlowList;
  /** The list of what comes here from the step before. */
  edge?: FlowList;
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
