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

test("an image that was processed is one record: counted once, with bytes, render time and the time from upload to manifest", () => {
  expect(printed({ decision: "process", manifest: processed(upload()) })).toMatchObject([
    {
      ImagesProcessed: 1,
      ImagesRejected: 0,
      BytesIn: 100,
      BytesOut: 22,
      RenderTime: 300,
      DwellTime: 9_000,
      key: "photos/a.jpg",
      status: "processed",
    },
  ]);
});

test("a rejected image counts by its reason, and among all images, without a render time of 0 in the mean", () => {
  const records = printed({ decision: "process", manifest: rejected(upload()) });
  expect(records).toMatchObject([
    { reason: "CORRUPT_IMAGE", Rejections: 1 },
    { ImagesProcessed: 0, ImagesRejected: 1, BytesIn: 100, reason: "CORRUPT_IMAGE", status: "rejected" },
  ]);
  expect(records.filter((record) => "RenderTime" in record || "BytesOut" in record)).toEqual([]);
});

test.each([
  ["a processed", processed],
  ["a rejected", rejected],
])(
  "both counts of %s image have the dimensions that the rejections alarm reads, and no other",
  (_what, manifest) => {
    const record = printed({ decision: "process", manifest: manifest(upload()) }).at(-1);
    expect(record?._aws).toMatchObject({
      CloudWatchMetrics: [
        {
          Dimensions: [["service"]],
          Metrics: expect.arrayContaining([
            expect.objectContaining({ Name: "ImagesProcessed" }),
            expect.objectContaining({ Name: "ImagesRejected" }),
          ]),
        },
      ],
    });
  },
);

test.each(["duplicate", "stale", "resurrect-refused", "SOURCE_GONE"])(
  "%s counts as a decision",
  (decision) => {
    expect(printed({ decision, manifest: undefined })).toMatchObject([{ decision, Decisions: 1 }]);
  },
);
