import { Metrics } from "@aws-lambda-powertools/metrics";
import { deletion } from "@image-pipeline/testing";
import { afterEach, expect, test, vi } from "vitest";
import { measureAnalysis } from "../src/analysis-metrics.ts";
import { analyzeUploaded } from "../src/analyze-uploaded.ts";
import { memoryAnalyzer } from "./memory-analyzer.ts";

/** The EMF records that a measurement prints: by the global console, as Powertools does in development. */
function printed(
  ...[event, outcome]: Parameters<typeof measureAnalysis> extends [unknown, ...infer Rest] ? Rest : never
): unknown[] {
  vi.stubEnv("POWERTOOLS_DEV", "true");
  vi.stubEnv("POWERTOOLS_METRICS_DISABLED", "false");
  const print = vi.spyOn(console, "log").mockImplementation(() => {});
  const metrics = new Metrics({ namespace: "ImagePipeline", serviceName: "analyzer" });
  measureAnalysis(metrics, event, outcome);
  return print.mock.calls.map(([line]) => JSON.parse(String(line)));
}
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

test("an analysis counts once by its verdict, with the calls that were paid for and the time since the upload", async () => {
  const analyzer = memoryAnalyzer();
  const event = analyzer.upload("violent");
  const outcome = await analyzeUploaded(event, analyzer.ports);
  expect(printed(event, outcome)).toMatchObject([
    {
      verdict: "quarantine",
      ImagesAnalyzed: 1,
      PaidCalls: 2,
      AnalyzeTime: 0,
      DwellTime: 4 * 24 * 60 * 60 * 1000,
      key: "photos/a.jpg",
    },
  ]);
});

test("a rejection counts by its reason", async () => {
  const analyzer = memoryAnalyzer();
  const event = analyzer.upload("");
  const outcome = await analyzeUploaded(event, analyzer.ports);
  expect(printed(event, outcome)).toMatchObject([{ reason: "EMPTY_OBJECT", AnalysesRejected: 1 }]);
});

test.each(["duplicate", "stale", "hide", "leave", "SOURCE_GONE"])("%s counts as a decision", (decision) => {
  expect(printed(deletion(), { decision })).toMatchObject([{ decision, Decisions: 1 }]);
});
