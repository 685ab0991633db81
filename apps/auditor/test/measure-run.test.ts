import { Metrics } from "@aws-lambda-powertools/metrics";
import { expect, it, onTestFinished, vi } from "vitest";
import { measureRun } from "../src/measure-run.ts";
import type { RunReport } from "../src/run-audit.ts";

const GAPS = { missing: 2, orphaned: 0, corrupt: 1 };
const REPORT: RunReport = {
  images: 7,
  isPassOver: true,
  pass: { startedAt: "2026-01-02T00:00:00.000Z", prefix: "", after: null, runs: 1, images: 7, gaps: GAPS },
  share: 1,
  lookedForStrays: true,
  gaps: GAPS,
  hadUnreadableProgress: false,
};

it("writes one record of the run, and one of each kind of gap", () => {
  // By the global console, as Powertools does in development.
  vi.stubEnv("POWERTOOLS_DEV", "true");
  vi.stubEnv("POWERTOOLS_METRICS_DISABLED", "false");
  onTestFinished(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  });
  const print = vi.spyOn(console, "log").mockImplementation(() => {});
  const metrics = new Metrics({ namespace: "ImagePipeline", serviceName: "audit" });
  metrics.setDefaultDimensions({ function: "p-audit" });
  measureRun(metrics, REPORT);
  const written = print.mock.calls.map(([line]) => JSON.parse(String(line)));
  const own = { service: "audit", function: "p-audit" };
  expect(written).toMatchObject([
    { ...own, CompletenessGap: 3, AuditRuns: 1, AuditPasses: 1, AuditedImages: 7 },
    { ...own, CompletenessGap: 2, gap: "missing" },
    { ...own, CompletenessGap: 0, gap: "orphaned" },
    { ...own, CompletenessGap: 1, gap: "corrupt" },
  ]);
});
