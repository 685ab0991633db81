import { Metrics } from "@aws-lambda-powertools/metrics";
import { afterEach, expect, test, vi } from "vitest";
import { unexpectedRejections } from "../src/unexpected-rejections.ts";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** Watches a rendering that fails, and returns its error, the logged fields and the printed metrics. */
async function watched(failure: unknown) {
  vi.stubEnv("POWERTOOLS_DEV", "true");
  vi.stubEnv("POWERTOOLS_METRICS_DISABLED", "false");
  const print = vi.spyOn(console, "log").mockImplementation(() => {});
  const logged: unknown[] = [];
  const logger = { error: (...line: unknown[]) => logged.push(line) };
  const metrics = new Metrics({ namespace: "ImagePipeline", serviceName: "worker" });
  const watch = unexpectedRejections({ logger, metrics });
  const error: unknown = await watch(Promise.reject(failure)).catch((thrown: unknown) => thrown);
  return { error, logged, printed: print.mock.calls.map(([line]) => JSON.parse(String(line))) };
}

test("a rejection that no check foresaw is logged with its cause and counted", async () => {
  const facts = { sha256: "ab" };
  const rejection = Object.assign(new Error("cannot be processed"), { isUnexpected: true, facts });
  const { error, logged, printed } = await watched(rejection);
  expect(error).toBe(rejection);
  expect(logged).toEqual([[expect.stringContaining("unexpected"), { error: rejection, facts }]]);
  expect(printed).toMatchObject([{ UnexpectedRejections: 1 }]);
});

test("any other error is passed on only", async () => {
  const rejection = Object.assign(new Error("is damaged"), { isUnexpected: false, facts: {} });
  expect(await watched(rejection)).toEqual({ error: rejection, logged: [], printed: [] });
});
