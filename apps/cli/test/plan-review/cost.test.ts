import { definePipeline, pipelineFor } from "@image-pipeline/schema/config";
import { expect, it } from "vitest";
import { toLoad } from "../../src/plan-review/cost/load.ts";
import { monthlyCost } from "../../src/plan-review/cost/monthly-cost.ts";
import { aChange, LOAD, markdownOf, section } from "./plans.ts";

const aFunction = (name: string, memory_size = 1769) =>
  aChange("aws_lambda_function", null, {
    function_name: `image-pipeline-prod-${name}`,
    memory_size,
    architectures: ["arm64"],
  });
const steps = ["inspect", "render", "analyse", "quarantine", "publish"].map((step) => `workflow-${step}`);
const machine = aChange("aws_sfn_state_machine", null, { name: "image-pipeline-prod-workflow" });
const core = ["ingest", "worker", "analyzer", "audit", "backfill"].map((name) => aFunction(name));
const PROD = {
  stack: "core",
  unchanged: [],
  changes: [...core, ...steps.map((name) => aFunction(name)), machine],
};

function partsOf(plan: typeof PROD, load = LOAD): Record<string, number> {
  const { parts } = monthlyCost([plan], load);
  return Object.fromEntries(parts.map(({ part, after }) => [part, Number(after.toFixed(2))]));
}

it("counts prod with the analysis and the workflow at 100,000 images a month with everything that they are billed for", () => {
  expect(partsOf(PROD)).toEqual({
    // 150,000 s of rendering, 100,000 s of analysis and 12,000 s of the short functions, with 1,769 MB, and 320,000 calls.
    Lambda: 6.1,
    // Labels and moderation of every image.
    Rekognition: 200,
    // 10 renditions, a manifest and an analysis are written, and 14 times something is read.
    "S3 requests": 6.56,
    // Seven transitions for each of the 10,000 images that the workflow takes.
    "Step Functions": 1.75,
    // 23 metrics.
    "custom metrics": 6.9,
  });
});

it("counts the requests, the traffic and the calls of functions of a distribution", () => {
  const distribution = aChange("aws_cloudfront_distribution", null, {});
  // A million requests, 50 GB and two million calls.
  expect(partsOf({ ...PROD, changes: [distribution] })).toEqual({ CloudFront: 5.45 });
});

it("counts the function of each webhook beside the pipeline's own", () => {
  const two = ["webhook-shop", "webhook-search"].map((name) => aFunction(name, 256));
  // 100,000 times half a second of 256 MB and a call, for each.
  expect(partsOf({ ...PROD, changes: two })).toEqual({ "Lambda, webhooks": 0.37 });
});

it("counts the same images once, whoever processes them", () => {
  const all = partsOf(PROD, { ...LOAD, workflowShare: 1 });
  expect([all.Rekognition, all["S3 requests"]]).toEqual([200, 6.56]);
});

it("charges no Rekognition without an analyzer, and less for an image in which it looks for one kind only", () => {
  const without = { ...PROD, changes: [aFunction("worker")] };
  expect(partsOf(without).Rekognition).toBeUndefined();
  expect(partsOf(PROD, { ...LOAD, rekognitionCallsPerImage: 1 }).Rekognition).toBe(100);
});

it("counts the analyzer's own time, which is Rekognition's", () => {
  const analyzer = { ...PROD, changes: [aFunction("analyzer", 1024)] };
  const [one = 0, two = 0] = [1, 2].map(
    (seconds) => partsOf(analyzer, { ...LOAD, analyzerSecondsPerImage: seconds }).Lambda,
  );
  expect([one, two]).toEqual([1.22, 2.42]);
});

it("charges custom metrics only for the hours in which there are images", () => {
  expect(partsOf(PROD, { ...LOAD, imagesPerMonth: 72, workflowShare: 0 })["custom metrics"]).toBe(0.69);
});

it("is a table in the review, with what each part costs before and after", () => {
  expect(markdownOf(PROD)).toContain("| Rekognition | 0.00 | 200.00 |");
  expect(section(markdownOf(PROD), "Cost")[0]).toContain(
    "+$221.31 a month, from $0.00 to $221.31, at 100000 images a month",
  );
});

it("takes its numbers from the config", () => {
  const pipeline = pipelineFor(
    definePipeline({
      presets: { thumb: { width: 10, formats: ["avif", "jpeg", { format: "webp", animated: "only" }] } },
      environments: { prod: { workflow: { enabled: true }, load: { workflowPercent: 25 } } },
      analysis: { enabled: true, labels: { enabled: false } },
    }),
    "prod",
  );
  expect(toLoad(pipeline)).toEqual({
    imagesPerMonth: 100_000,
    workerSecondsPerImage: 1.5,
    analyzerSecondsPerImage: 1,
    workflowShare: 0.25,
    renditionsPerImage: 2,
    rekognitionCallsPerImage: 1.2,
    deliveriesPerMonth: 1_000_000,
    kilobytesPerDelivery: 50,
  });
});

it("counts the calls to Rekognition by pictures and by both calls, up to the maximum for an image", () => {
  const callsOf = (maxCallsPerImage: number, picturesPerAnalysis: number) => {
    const presets = { thumb: { width: 10, formats: ["avif" as const] } };
    const analysis = { enabled: true, maxCallsPerImage };
    const config = { presets, analysis, load: { picturesPerAnalysis }, environments: { prod: {} } };
    return toLoad(pipelineFor(definePipeline(config), "prod")).rekognitionCallsPerImage;
  };
  expect([callsOf(12, 1), callsOf(12, 3), callsOf(4, 3)]).toEqual([2, 6, 4]);
});
