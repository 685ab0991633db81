import { asyncQueues } from "./delivery/async-queue.ts";
import type { Connection } from "./services/clients.ts";
import { ownQueue } from "./services/own-queue.ts";
import type { Queue, Subscription, Topology } from "./topology/topology.ts";
import { RESULTS_QUEUE, resultsSubscription } from "./tracking/results-queue.ts";

/** SQS's longest visibility timeout: a debugger may hold a message for a while. */
const MAX_VISIBILITY_SECONDS = 12 * 60 * 60;

export interface QueueOptions {
  /** Factor for visibility timeouts; they are at least one second. */
  timeScale: number;
  /** The part of the stacks that a run waits for. */
  work: Pick<Topology, "mappings" | "pipes" | "queues">;
  resultsTopicArn: string;
  /** Names of the functions that a debugger can attach to. */
  isInspected(functionName: string): boolean;
}

/** The queues of a running pipeline: the stacks', and those that only the local runtime has. */
export interface PipelineQueues {
  /** The events for functions that are invoked asynchronously, by function. */
  asynchronous: ReadonlyMap<string, Queue>;
  results: Queue;
  /** Every queue, with the visibility timeout that it gets here. */
  all: readonly Queue[];
  /** The stacks' subscriptions, and those to the results. */
  subscriptions: readonly Subscription[];
  /** The names of the queues that work moves through, in that order. */
  work: readonly string[];
}

export function pipelineQueues(
  topology: Topology,
  connection: Connection,
  { timeScale, work, resultsTopicArn, isInspected }: QueueOptions,
): PipelineQueues {
  const asynchronous = asyncQueues(topology, connection.endpoint);
  const results = ownQueue(RESULTS_QUEUE, connection);
  const isHeld = ({ arn }: Queue) =>
    topology.mappings.some(({ queueArn, functionName }) => queueArn === arn && isInspected(functionName));
  return {
    asynchronous,
    results,
    all: [
      ...topology.queues.map((queue) => withTimeScale(isHeld(queue) ? held(queue) : queue, timeScale)),
      ...asynchronous.values(),
      results,
    ],
    subscriptions: [...topology.subscriptions, resultsSubscription(resultsTopicArn, results)],
    work: [...asynchronous.values(), ...polledQueues(work), results].map(({ name }) => name),
  };
}

function polledQueues({ mappings, pipes, queues }: QueueOptions["work"]): Queue[] {
  return [...mappings, ...pipes].flatMap(({ queueArn }) => queues.filter(({ arn }) => arn === queueArn));
}

function held(queue: Queue): Queue {
  return { ...queue, visibilityTimeoutSeconds: MAX_VISIBILITY_SECONDS };
}

function withTimeScale(queue: Queue, timeScale: number): Queue {
  const visibilityTimeoutSeconds = Math.max(1, Math.ceil(queue.visibilityTimeoutSeconds * timeScale));
  return { ...queue, visibilityTimeoutSeconds };
}
