import { randomUUID } from "node:crypto";
import { ownQueue } from "../services/own-queue.ts";
import type { Queue, Topology } from "../topology/topology.ts";
import type { AsyncInvocation } from "./async-invocation.ts";

/** Returns the name of the queue for a function's asynchronous invocations; on AWS it is internal to Lambda. */
export function asyncQueueName(functionName: string): string {
  return `lambda-async-${functionName}`;
}

/** Returns that queue for every function that a bucket notifies or a schedule invokes. */
export function asyncQueues(
  {
    notifications,
    eventRules,
    schedules,
    region,
  }: Pick<Topology, "notifications" | "eventRules" | "schedules" | "region">,
  endpoint: string,
): ReadonlyMap<string, Queue> {
  return new Map(
    [...notifications, ...eventRules, ...schedules].map(({ functionName }) => [
      functionName,
      ownQueue(asyncQueueName(functionName), { region, endpoint }),
    ]),
  );
}

export function newInvocation(event: unknown, now: number): AsyncInvocation {
  return { requestId: randomUUID(), failures: 0, since: now, event };
}
