import { definePipeline, type PipelineInput, pipelineFor } from "@image-pipeline/schema/config";
import { describe, expect, it } from "vitest";
import { estimateCost } from "../../src/cost/estimate-cost.ts";
import { CostEstimate } from "../../src/cost/json.ts";
import { storedMeasurement } from "../../src/cost/measurement.ts";

const PRESETS = { thumb: { width: 160, formats: ["avif"] } } satisfies PipelineInput["presets"];
const settings = (overrides: Partial<PipelineInput> = {}) =>
  pipelineFor(definePipeline({ presets: PRESETS, environments: { dev: {} }, ...overrides }), "dev");
const WORK = { renditions: 4, cpuMilliseconds: 100, renditionBytes: 1000, sourceBytes: 0, isMeasured: true };
const parts = (overrides: Partial<PipelineInput> = {}) =>
  Object.fromEntries(
    estimateCost(settings(overrides), { work: WORK }).perMillion.parts.map(({ part, usd }) => [part, usd]),
  );

describe("the price of a million images", () => {
  it("counts a write for each rendition and the manifest", () => {
    expect(parts()["S3 writes"]).toBeCloseTo(25);
  });

  it("doubles the worker's CPU time at half of a vCPU, whose time costs half: only the waiting is cheaper", () => {
    const [whole = 0, half = 0] = [1769, 884].map(
      (memoryMegabytes) => parts({ worker: { memoryMegabytes } })["Lambda, worker"],
    );
    const { roundTrips } = storedMeasurement().worker;
    const waiting = (roundTrips * 25 * ((1769 - 884) / 1024) * 0.0000133334 * 1e6) / 1000;
    expect(whole - half).toBeCloseTo(waiting, 1);
  });

  it("has the prices of the config's region, and says when it has none", () => {
    expect(parts({ region: "eu-central-1" })["S3 writes"]).toBeCloseTo(27);
    expect(estimateCost(settings({ region: "sa-east-1" })).pricesOf).toMatch(
      /^us-east-1, as sa-east-1 is not/,
    );
  });

  it("counts KMS, X-Ray, EventBridge and Rekognition only if they are enabled", () => {
    const off = parts({ encryption: "sse-s3", xray: false });
    const on = parts({
      encryption: "kms",
      xray: true,
      uploads: { trigger: "eventbridge" },
      analysis: { enabled: true },
    });
    const names = ["KMS", "X-Ray", "EventBridge", "Rekognition"];
    expect(names.filter((name) => name in off)).toEqual([]);
    expect(names.filter((name) => name in on)).toEqual(names);
  });

  it("counts the events of an image that each webhook takes", () => {
    const webhook = (name: string, types?: ("image.processed" | "image.rejected" | "image.analyzed")[]) => ({
      name,
      url: "https://app.example.com/images",
      secretArn: "arn:aws:secretsmanager:us-east-1:111122223333:secret:a-AbCdEf",
      ...(types && { types }),
    });
    const of = (overrides: Partial<PipelineInput>) => parts(overrides).webhooks;
    const all = { webhooks: [webhook("a")] };
    // Three requests to SQS, one of Lambda, and half a second of 256 MB.
    expect(of(all)).toBeCloseTo(3.07, 2);
    expect(of({ ...all, analysis: { enabled: true } })).toBeCloseTo(6.13, 2);
    expect(of({ webhooks: [webhook("a"), webhook("b", ["image.processed"])] })).toBeCloseTo(6.13, 2);
    expect(of({ webhooks: [webhook("a", ["image.rejected"])] })).toBeUndefined();
  });

  it("adds up, in the published shape", () => {
    const estimate = estimateCost(settings({ delivery: { enabled: true } }));
    const sum = estimate.perMillion.parts.reduce((total, { usd }) => total + usd, 0);
    expect(estimate.perMillion.usd).toBeCloseTo(sum);
    expect(CostEstimate.parse(estimate)).toEqual(estimate);
  });

  it("takes a measured preset as it was measured, and another one by its pixels", () => {
    const sized = (width: number) => settings({ presets: { one: { width, formats: ["avif"] } } });
    const [small, large] = [sized(300), sized(1500)].map((pipeline) => estimateCost(pipeline).work);
    expect([small?.isMeasured, large?.isMeasured]).toEqual([false, false]);
    expect(large?.renditionBytes).toBeGreaterThan(5 * (small?.renditionBytes ?? 0));
    expect(large?.cpuMilliseconds).toBeGreaterThan(small?.cpuMilliseconds ?? 0);
  });
});
