import type { Part, Step } from "@image-pipeline/console/api/flow";
import { definePipeline, pipelineFor } from "@image-pipeline/schema/config";
import { toNames } from "@image-pipeline/schema/names";
import { describe, expect, it } from "vitest";
import { toDiagram } from "../../src/console/flow-diagram.ts";
import type { DeadLetterQueue } from "../../src/dlq/dead-letter-queues.ts";

const presets = { thumb: { width: 10, formats: ["webp" as const] } };
const pipeline = pipelineFor(definePipeline({ presets, environments: { dev: {} } }), "dev");
const names = toNames(pipeline);
const PLACE = { names, accountId: "000000000000", pipeline };

function subscribed(subscriber: string, topic: string, queue = names.subscriberQueue(subscriber)) {
  const destination = { queue, url: "https://sqs/queue", topic };
  return { name: names.subscriberDeadLetterQueue(subscriber), url: "https://sqs/dlq", destination };
}
function failing(name: string, functionName: string): DeadLetterQueue {
  return { name, url: "https://sqs/dlq", destination: { functionName } };
}
const INGEST = [names.ingestFailureQueue, names.ingestDeadLetterQueue].map((name) =>
  failing(name, names.ingestFunction),
);

/** The parts as text: a lane whose results reach the end has an arrow. */
const toText = (parts: readonly Part[]) =>
  parts.map(({ before, lanes, after }) => [
    line(before),
    ...lanes.map(({ steps, goesOn }) => line(steps) + (goesOn ? " →" : "")),
    line(after),
  ]);
const line = (steps: readonly Step[]) => steps.map(({ kind, name }) => `${kind} ${name}`).join(" → ");

describe("the diagram", () => {
  it("has a lane for each subscriber that is there, behind its topic", () => {
    const found = [
      subscribed("renditions", names.imageEventsTopic),
      subscribed("partner", names.imageEventsTopic, "their-queue"),
      subscribed("webhook-shop", names.imageResultsTopic),
      ...INGEST,
      failing(names.auditFailureQueue, names.auditFunction),
    ];
    expect(toText(toDiagram(found, PLACE))).toEqual([
      [
        "upload bucket uploads-000000000000 → function ingest → topic image-events",
        "queue renditions → function worker →",
        "queue their-queue → outside another system",
        "processed bucket processed-000000000000",
      ],
      ["topic image-results", "queue webhook-shop → function webhook-shop", ""],
      ["function audit", ""],
    ]);
  });

  it("counts dead letters at the step that failed, and ends with the delivery if there is one", () => {
    const withDelivery = { ...pipeline, delivery: { ...pipeline.delivery, enabled: true } };
    const found = [subscribed("workflow", names.imageEventsTopic), ...INGEST];
    const [first] = toDiagram(found, { ...PLACE, pipeline: withDelivery });
    expect(first?.before[1]?.deadLetters).toEqual([names.ingestFailureQueue, names.ingestDeadLetterQueue]);
    expect(first?.lanes[0]?.steps).toEqual([
      {
        kind: "queue",
        name: "workflow",
        queue: names.subscriberQueue("workflow"),
        deadLetters: [names.subscriberDeadLetterQueue("workflow")],
        list: "waiting",
        edge: "waiting",
      },
      { kind: "state machine", name: "workflow", edge: "waiting" },
    ]);
    expect(first?.after.map(({ kind }) => kind)).toEqual(["processed bucket", "delivery"]);
  });
});

describe("an edge of the diagram", () => {
  it("opens the list of what goes along it, wherever two steps are joined", () => {
    const found = [
      subscribed("renditions", names.imageEventsTopic),
      subscribed("webhook-shop", names.imageResultsTopic),
      ...INGEST,
    ];
    const parts = toDiagram(found, PLACE);
    const lanes = parts.flatMap((part) => part.lanes.map(({ steps }) => steps));
    const joined = parts.flatMap(({ before, after }) => [...before.slice(1), ...after]);
    expect([...joined, ...lanes.flat()].map(({ name, edge }) => [name, edge])).toEqual([
      ["ingest", "images"],
      ["image-events", "images"],
      ["processed-000000000000", "processed"],
      ["renditions", "waiting"],
      ["worker", "waiting"],
      ["webhook-shop", "events"],
      ["webhook-shop", "events"],
    ]);
  });
});
