import type { ImageEvent, ResultEvent } from "@image-pipeline/schema/events";
import type { MemoryBucket } from "@image-pipeline/testing";
import type { Happening, Plan } from "./plan.ts";

/** An operation that has happened, with the event that S3 makes of it. */
export interface Happened {
  operation: Happening;
  event: ImageEvent;
}

/** A message of the queue of its lane. */
export interface Message {
  id: string;
  event: ImageEvent;
  receiveCount: number;
}

/** The content of S3, SNS and SQS, which survives every crash. */
export interface World {
  plan: Plan;
  uploads: MemoryBucket;
  processed: MemoryBucket;
  happened: Happened[];
  /** Keys that a backfill was about. */
  redone: Set<string>;
  results: ResultEvent[];
  deadLetters: Message[];
  /** Violations that a reader could have seen. */
  violations: string[];
  /** The next choice of the plan: from 0, which is nothing bad, to below `options`. */
  choose: (options: number) => number;
  /** Returns true if anything bad was chosen until now. */
  isDisturbed: () => boolean;
  /** A clock that advances with every reading, so that no two manifests have the same time: a repair names one by its time. */
  now: () => Date;
  /** From now on nothing bad happens any more, and what kills a function is mended. */
  heal: () => void;
  isHealed: () => boolean;
  /** True if two workers ever had the same message at once, as when a visibility timeout is too short. */
  overlapped: boolean;
}
