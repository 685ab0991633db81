import type { FlowList, Lane, Part, Step } from "@image-pipeline/console/api/flow";
import { FUNCTIONS, SUBSCRIBERS } from "@image-pipeline/schema/names";
import type { Connection } from "../connection/connect.ts";
import type { DeadLetterQueue } from "../dlq/dead-letter-queues.ts";

/** The functions of subscribers that write into the processed bucket; any other function has its subscriber's name. */
const WRITERS: ReadonlyMap<string, string> = new Map([
  [SUBSCRIBERS.renditions, FUNCTIONS.worker],
  [SUBSCRIBERS.backfill, FUNCTIONS.backfill],
  [SUBSCRIBERS.analysis, FUNCTIONS.analyzer],
  [SUBSCRIBERS.workflow, SUBSCRIBERS.workflow],
]);

export type Place = Pick<Connection, "names" | "accountId" | "pipeline">;

/** Draws the pipeline from the queues that are there: a lane for each subscriber, behind its topic. */
export function toDiagram(found: readonly DeadLetterQueue[], place: Place): Part[] {
  const { names } = place;
  const failing = Map.groupBy(found, ({ destination }) =>
    "functionName" in destination ? destination.functionName : null,
  );
  const functionStep = (name: string): Step => {
    const deadLetters = failing.get(name)?.map((queue) => queue.name) ?? [];
    return { kind: "function", name: toShort(name, place), deadLetters, edge: "images" };
  };
  const topic = (name: string): Step => ({ kind: "topic", name: toShort(name, place), edge: "images" });
  const results = lanesOf(names.imageResultsTopic, found, place);
  const others = [...failing.keys()].filter((name) => name !== null && name !== names.ingestFunction);
  return [
    {
      before: [uploads(place), functionStep(names.ingestFunction), topic(names.imageEventsTopic)],
      lanes: lanesOf(names.imageEventsTopic, found, place),
      after: [processed(place), ...delivery(place)],
    },
    ...(results.length > 0 ? [{ before: [topic(names.imageResultsTopic)], lanes: results, after: [] }] : []),
    ...others.map((name) => ({ before: [functionStep(name ?? "")], lanes: [], after: [] })),
  ];
}

function lanesOf(topic: string, found: readonly DeadLetterQueue[], place: Place): Lane[] {
  return found.flatMap(({ name, destination }) => {
    if (!("queue" in destination) || destination.topic !== topic) return [];
    const { queue } = destination;
    const subscriber = toShort(queue, place);
    const writer = WRITERS.get(subscriber);
    const goesOn = writer !== undefined && topic === place.names.imageEventsTopic;
    const edge: FlowList = goesOn ? "waiting" : "events";
    const step: Step = { kind: "queue", name: subscriber, queue, deadLetters: [name], edge };
    const steps = [
      { ...step, ...(goesOn && { list: "waiting" as const }) },
      { ...receiver(queue, place), edge },
    ];
    return [{ steps, goesOn }];
  });
}

function receiver(queue: string, place: Place): Step {
  const name = toShort(queue, place);
  if (name === queue) return { kind: "outside", name: "another system" };
  return {
    kind: name === SUBSCRIBERS.workflow ? "state machine" : "function",
    name: WRITERS.get(name) ?? name,
  };
}

function uploads(place: Place): Step {
  const name = toShort(place.names.uploadBucket(place.accountId), place);
  return { kind: "upload bucket", name, list: "images" };
}

function processed(place: Place): Step {
  const name = toShort(place.names.processedBucket(place.accountId), place);
  return { kind: "processed bucket", name, list: "images", edge: "processed" };
}

function delivery({ pipeline }: Place): Step[] {
  return pipeline.delivery.enabled ? [{ kind: "delivery", name: "public addresses", edge: "processed" }] : [];
}

/** The name without what all names of the environment begin with. */
function toShort(name: string, { names }: Place): string {
  return name.startsWith(`${names.prefix}-`) ? name.slice(names.prefix.length + 1) : name;
}
