/** The numbers of one queue. */
export interface QueueNumbers {
  queue: string;
  isDeadLetterQueue: boolean;
  waiting: number;
  inFlight: number;
  delayed: number;
  oldestSeconds: number | null;
}

/** The numbers of the diagram at one time. */
export interface Flow {
  at: string;
  queues: QueueNumbers[];
}

export interface FlowChannels {
  flow: Flow;
}
