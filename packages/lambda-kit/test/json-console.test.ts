import { MetricUnit } from "@aws-lambda-powertools/metrics";
import { VERSION } from "@image-pipeline/schema/version";
import { HOSTILE_ROWS, harmIn } from "@image-pipeline/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { telemetry } from "../src/tools.ts";

let written: string[];
beforeEach(() => {
  written = [];
  vi.stubEnv("POWERTOOLS_DEV", "false");
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, "write").mockImplementation((text) => {
      written.push(String(text));
      return true;
    });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** Returns the only line that was written, parsed. */
function onlyLine(): unknown {
  const [line = "", ...others] = written.join("").trimEnd().split("\n");
  expect(others).toEqual([]);
  expect(harmIn(line)).toEqual([]);
  return JSON.parse(line);
}

describe("a function's log", () => {
  it.each(HOSTILE_ROWS)("has a text that %s in one harmless line of JSON", (_harm, text) => {
    telemetry("worker").logger.error(text, { key: text, error: new Error(text) });
    expect(onlyLine()).toMatchObject({ level: "ERROR", message: text, key: text, error: { message: text } });
  });
});

it("every line of a function's log has the version of the pipeline", () => {
  telemetry("worker").logger.info("hello");
  expect(onlyLine()).toMatchObject({ message: "hello", pipelineVersion: VERSION });
});

describe("a function's metrics", () => {
  it.each(HOSTILE_ROWS)("have a text that %s in one harmless line, as no metric", (_harm, text) => {
    const { metrics } = telemetry("worker");
    metrics.addMetadata("key", text);
    metrics.addMetric("images", MetricUnit.Count, 1);
    metrics.publishStoredMetrics();
    expect(onlyLine()).toMatchObject({
      key: text,
      images: 1,
      _aws: { CloudWatchMetrics: [{ Namespace: "ImagePipeline", Metrics: [{ Name: "images" }] }] },
    });
  });
});
