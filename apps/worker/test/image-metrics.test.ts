import { Metrics } from "@aws-lambda-powertools/metrics";
import { processed, rejected, upload } from "@image-pipeline/testing";
import { afterEach, expect, test, vi } from "vitest";
import { measureImage } from "../src/image-metrics.ts";

/** The EMF records that measuring an outcome prints: by the global console, as Powertools does in development. */
function printed(outcome: Parameters<typeof measureImage>[2]): Record<string, unknown>[] {
  vi.stubEnv("POWERTOOLS_DEV", "true");
  vi.stubEnv("POWERTOOLS_METRICS_DISABLED", "false");
  const print = vi.spyOn(console, "log").mockImplementation(() => {});
  measureImage(new Metrics({ namespace: "ImagePipeline", serviceName: "worker" }), upload(), outcome);
  return print.mock.calls.map(([line]) => JSON.parse(String(line)));
}
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

test("an image that was processed counts once, with its bytes, render time and the time from upload to manifest", () => {
  expect(printed({ decision: "process", manifest: processed(upload()) })).toMatchObject([
    { ImagesProcessed: 1 },
    { ImagesRejected: 0 },
    {
      status: "processed",
      BytesIn: 100,
      BytesOut: 22,
      RenderTime: 300,
      DwellTime: 9_000,
      key: "photos/a.jpg",
    },
  ]);
});

test("a rejected image counts by its reason, and among all images", () => {
  expect(printed({ decision: "process", manifest: rejected(upload()) })).toMatchObject([
    { ImagesProcessed: 0 },
    { ImagesRejected: 1 },
    { reason: "CORRUPT_IMAGE", Rejections: 1 },
    { status: "rejected", BytesIn: 100, reason: "CORRUPT_IMAGE" },
  ]);
});

test.each([
  ["a processed", processed],
  ["a rejected", rejected],
])(
  "both counts of %s image have the dimensions that the rejections alarm reads, and no other",
  (_what, manifest) => {
    const counts = printed({ decision: "process", manifest: manifest(upload()) }).slice(0, 2);
    expect(counts.map(({ _aws }) => _aws)).toMatchObject([
      { CloudWatchMetrics: [{ Dimensions: [["service"]], Metrics: [{ Name: "ImagesProcessed" }] }] },
      { CloudWatchMetrics: [{ Dimensions: [["service"]], Metrics: [{ Name: "ImagesRejected" }] }] },
    ]);
  },
);

test.each(["duplicate", "stale", "resurrect-refused", "SOURCE_GONE"])(
  "%s counts as a decision",
  (decision) => {
    expect(printed({ decision, manifest: undefined })).toMatchObject([{ decision, Decisions: 1 }]);
  },
);
