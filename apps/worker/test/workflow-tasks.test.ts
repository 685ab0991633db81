import { toTaskError } from "@image-pipeline/lambda-kit";
import type { ImageUploaded } from "@image-pipeline/schema/events";
import { PipelineError } from "@image-pipeline/schema/processing";
import { deletion } from "@image-pipeline/testing";
import { describe, expect, test } from "vitest";
import { processDeleted } from "../src/delete.ts";
import { processUploaded } from "../src/upload.ts";
import { inspectTask, publishTask, renderTask } from "../src/workflow-tasks.ts";
import { type MemoryPipeline, memoryPipeline } from "./memory/memory-pipeline.ts";

const NOTHING = { rendered: { nothing: true } };

/** Passes a value through JSON, as the pipe and the state machine do. */
const overTheWire = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const toMessage = (event: ImageUploaded) => ({ message: { messageId: "m", body: JSON.stringify(event) } });

/** Returns the failure that Step Functions makes of an error that a function threw. */
function toFailure(error: unknown) {
  const named = toTaskError(error);
  if (!(named instanceof Error)) throw named;
  const cause = { errorType: named.name, errorMessage: named.message, trace: [] };
  return { failure: { Error: named.name, Cause: JSON.stringify(cause) } };
}

async function inspect(event: ImageUploaded, { ports }: MemoryPipeline) {
  return inspectTask(overTheWire(toMessage(event)), ports);
}

/** The tasks one after another, as the state machine runs them when nothing is analysed. */
async function runTasks(event: ImageUploaded, pipeline: MemoryPipeline, ports = pipeline.ports) {
  const { decision, job } = await inspect(event, pipeline);
  const rendered =
    decision === "process"
      ? await renderTask(overTheWire({ job }), ports).catch(toFailure)
      : NOTHING.rendered;
  return publishTask(overTheWire({ job, work: { rendered } }), ports);
}

describe("the tasks of the workflow, one after another", () => {
  test("leave the same manifest, renditions and result event as the worker", async () => {
    const [one, other] = [memoryPipeline(), memoryPipeline()];
    const outcome = await runTasks(one.upload("a picture"), one);
    await processUploaded(other.upload("a picture"), other.ports);
    expect(outcome.decision).toBe("process");
    expect(await one.manifest()).toEqual(await other.manifest());
    expect(one.renditions()).toEqual(other.renditions());
    expect(one.results).toEqual(other.results);
  });

  test("write no manifest before the last of them, though the renditions are there", async () => {
    const pipeline = memoryPipeline();
    const { job } = await inspect(pipeline.upload("a picture"), pipeline);
    await renderTask({ job }, pipeline.ports);
    expect(pipeline.renditions()).toHaveLength(2);
    expect([await pipeline.manifest(), pipeline.results]).toEqual([undefined, []]);
  });

  test("write a rejected manifest for a picture that can never be rendered, as the worker does", async () => {
    const [one, other] = [memoryPipeline(), memoryPipeline()];
    await runTasks(one.upload(""), one);
    await processUploaded(other.upload(""), other.ports);
    expect(await one.manifest()).toMatchObject({ status: "rejected", reason: "EMPTY_OBJECT" });
    expect(await one.manifest()).toEqual(await other.manifest());
    expect(one.results).toEqual(other.results);
  });

  test("let the renditions that they replace expire, as the worker does", async () => {
    const pipeline = memoryPipeline();
    await runTasks(pipeline.upload("first"), pipeline);
    await runTasks(pipeline.upload("second"), pipeline);
    expect(
      pipeline
        .renditions()
        .map(({ tags }) => tags)
        .toSorted(),
    ).toEqual(["", "", "superseded=true", "superseded=true"]);
  });

  test("send the result event of a duplicate again, and render nothing", async () => {
    const pipeline = memoryPipeline();
    const event = pipeline.upload("a picture");
    await runTasks(event, pipeline);
    const render = async () => expect.fail("rendered again");
    const { decision } = await runTasks(event, pipeline, { ...pipeline.ports, render });
    expect(decision).toBe("duplicate");
    expect(pipeline.results[1]).toEqual(pipeline.results[0]);
  });

  test("do not bring back an image that was deleted meanwhile, and remove its renditions", async () => {
    const pipeline = memoryPipeline({ versioned: true });
    const event = pipeline.upload("a picture");
    const { job } = await inspect(event, pipeline);
    const rendered = await renderTask({ job }, pipeline.ports);
    await processDeleted(deletion({ sequencer: pipeline.nextSequencer() }), pipeline.ports);
    const { decision } = await publishTask(overTheWire({ job, work: { rendered } }), pipeline.ports);
    expect(decision).toBe("resurrect-refused");
    expect(pipeline.renditions()).toEqual([]);
    expect(await pipeline.manifest()).toMatchObject({ status: "deleted" });
  });

  test("give way to a newer upload that was published while they were at work", async () => {
    const pipeline = memoryPipeline({ versioned: true });
    const [first, second] = [pipeline.upload("first"), pipeline.upload("second")];
    const { job } = await inspect(first, pipeline);
    const rendered = await renderTask({ job }, pipeline.ports);
    await runTasks(second, pipeline);
    expect(await publishTask({ job, work: { rendered } }, pipeline.ports)).toMatchObject({
      decision: "stale",
    });
    expect(await pipeline.manifest()).toMatchObject({ source: { sequencer: "2".padStart(18, "0") } });
    expect(pipeline.renditions().filter(({ tags }) => tags === "")).toHaveLength(2);
  });
});

describe("the last task", () => {
  test("publishes nothing of a source that changed before it could be judged, and lets its renditions expire", async () => {
    const pipeline = memoryPipeline({ versioned: true });
    const { job } = await inspect(pipeline.upload("a picture"), pipeline);
    const rendered = await renderTask({ job }, pipeline.ports);
    const analysis = toFailure(new PipelineError("SOURCE_CHANGED", "changed"));
    const { decision } = await publishTask({ job, work: { rendered, analysis } }, pipeline.ports);
    expect([decision, await pipeline.manifest()]).toEqual(["SOURCE_CHANGED", undefined]);
    expect(pipeline.renditions().map(({ tags }) => tags)).toEqual(["superseded=true", "superseded=true"]);
  });

  test("publishes nothing that could not be judged for any other reason", async () => {
    const pipeline = memoryPipeline();
    const { job } = await inspect(pipeline.upload("a picture"), pipeline);
    const rendered = await renderTask({ job }, pipeline.ports);
    const analysis = toFailure(new PipelineError("STORE_UNAVAILABLE", "down"));
    await expect(publishTask({ job, work: { rendered, analysis } }, pipeline.ports)).rejects.toThrow();
    expect(await pipeline.manifest()).toBeUndefined();
  });

  test("fails, to be done again from the first, when there is work after all", async () => {
    const pipeline = memoryPipeline();
    const { job } = await inspect(pipeline.upload("a picture"), pipeline);
    await expect(publishTask({ job, work: NOTHING }, pipeline.ports)).rejects.toMatchObject({
      code: "MANIFEST_CONTENDED",
    });
  });
});

test("a message that is no upload event is hopeless", async () => {
  const { ports } = memoryPipeline();
  await expect(inspectTask({ message: { body: "{}" } }, ports)).rejects.toMatchObject({
    code: "MALFORMED_MESSAGE",
  });
});

test("an error of a task has the name of its code, for the state machine to retry or catch", () => {
  const error = new PipelineError("STORE_UNAVAILABLE", "why");
  expect(toTaskError(error)).toMatchObject({ name: "STORE_UNAVAILABLE", message: "why" });
});

test.each([
  ["first", inspectTask],
  ["rendering", renderTask],
  ["last", publishTask],
])("the %s task refuses an upload of another bucket", async (_name, task) => {
  const pipeline = memoryPipeline();
  const { job } = await inspect(pipeline.upload("a picture"), pipeline);
  const event = { ...job.event, data: { ...job.event.data, bucket: "nobody" } };
  const input = { ...toMessage(event), job: { ...job, event }, work: NOTHING };
  await expect(task(overTheWire(input), pipeline.ports)).rejects.toMatchObject({ code: "MESSAGE_REFUSED" });
});
