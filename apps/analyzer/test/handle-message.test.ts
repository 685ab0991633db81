import { toMessageBody, toResultEvent } from "@image-pipeline/schema";
import { deletion, PROCESSED, sqsRecord, tombstone } from "@image-pipeline/testing";
import { expect, test } from "vitest";
import { handleMessage, type MessagePorts } from "../src/handle-message.ts";
import { memoryAnalyzer } from "./memory-analyzer.ts";

function consumer(analyzer = memoryAnalyzer()) {
  const outcomes: string[] = [];
  const silent = () => {};
  const ports: MessagePorts = {
    ...analyzer.ports,
    failures: { record: async () => {}, clear: async () => {} },
    delayRetry: async () => {},
    maxReceiveCount: 5,
    logger: { info: silent, warn: silent, error: silent },
    measure: (_event, { decision }) => void outcomes.push(decision),
  };
  return { analyzer, ports, outcomes };
}

test("takes uploads and deletes from the image events, and what the worker has processed from the results", async () => {
  const { analyzer, ports, outcomes } = consumer();
  const event = analyzer.upload("violent");
  for (const body of [event, await analyzer.render(event), deletion({ sequencer: "0002" })])
    await handleMessage(sqsRecord(toMessageBody(body)), ports);
  expect(outcomes).toEqual(["process", "hide", "remove"]);
});

test("acknowledges an upload whose source has changed by now, and pays nothing for it", async () => {
  const { analyzer, ports, outcomes } = consumer();
  const event = analyzer.upload("first");
  analyzer.upload("second");
  await handleMessage(sqsRecord(toMessageBody(event)), ports);
  expect([outcomes, analyzer.asked]).toEqual([["SOURCE_CHANGED"], []]);
});

test("refuses a result that its queue does not subscribe to", async () => {
  const at = { bucket: PROCESSED, key: "manifests/photos/a.jpg.json" };
  const body = toMessageBody(toResultEvent(tombstone(deletion()), at));
  await expect(handleMessage(sqsRecord(body), consumer().ports)).rejects.toMatchObject({
    code: "MALFORMED_MESSAGE",
  });
});
