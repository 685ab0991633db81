import { consumeMessage } from "@image-pipeline/lambda-kit";
import { toMessageBody, toResultEvent } from "@image-pipeline/schema/events";
import { deletion, PROCESSED, recordingLogger, sqsRecord, tombstone } from "@image-pipeline/testing";
import { expect, test } from "vitest";
import { analysisEvents } from "../src/analysis-events.ts";
import { memoryAnalyzer } from "./memory-analyzer.ts";

function consumer(analyzer = memoryAnalyzer()) {
  const outcomes: string[] = [];
  const logger = recordingLogger();
  const ports = {
    ...analyzer.ports,
    failures: { record: async () => {}, clear: async () => {} },
    delayRetry: async () => {},
    maxReceiveCount: 5,
    logger,
    measure: (_event: unknown, { decision }: { decision: string }) => void outcomes.push(decision),
  };
  const consume = (body: string) => consumeMessage(sqsRecord(body), analysisEvents, ports);
  const logged = () => logger.lines.map(({ message }) => message);
  return { analyzer, outcomes, logged, consume };
}

test("handles uploads and deletes of the image events, and processed images of the results", async () => {
  const { analyzer, consume, outcomes, logged } = consumer();
  const event = analyzer.upload("violent");
  for (const one of [event, await analyzer.render(event), deletion({ sequencer: "2".padStart(18, "0") })])
    await consume(toMessageBody(one));
  expect(outcomes).toEqual(["process", "hide", "remove"]);
  expect(logged().filter((line) => line !== "started work on a message")).toEqual([
    'analysed the upload with the verdict "quarantine", and sent the result event',
    "quarantined the renditions, because this is the verdict on their source",
    "marked the analysis as deleted, because the object was deleted",
  ]);
});

test("acknowledges an upload whose source has changed, without asking the detector", async () => {
  const { analyzer, consume, outcomes } = consumer();
  const event = analyzer.upload("first");
  analyzer.upload("second");
  await consume(toMessageBody(event));
  expect([outcomes, analyzer.asked]).toEqual([["SOURCE_CHANGED"], []]);
});

test("refuses a result event that the queue does not subscribe to", async () => {
  const at = { bucket: PROCESSED, key: "manifests/photos/a.jpg.json" };
  const body = toMessageBody(toResultEvent(tombstone(deletion()), at));
  await expect(consumer().consume(body)).rejects.toMatchObject({ code: "MALFORMED_MESSAGE" });
});

test("refuses an event of another bucket, and leaves the renditions of the key alone", async () => {
  const { analyzer, consume } = consumer();
  const processed = await analyzer.render(analyzer.upload("a cat"));
  const { data } = processed;
  const body = toMessageBody({
    ...processed,
    data: { ...data, source: { ...data.source, bucket: "nobody" } },
  });
  await expect(consume(body)).rejects.toMatchObject({ code: "MESSAGE_REFUSED" });
  expect(analyzer.tags()).toEqual([""]);
});
