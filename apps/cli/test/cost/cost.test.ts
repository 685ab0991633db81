import { definePipeline } from "@image-pipeline/schema/config";
import { describe, expect, it } from "vitest";
import { CostReport } from "../../src/cost/json.ts";
import { run } from "../run.ts";

const pipelines = definePipeline({
  presets: {
    thumb: { width: 160, formats: ["avif"] },
    large: { width: 1280, formats: ["avif", "jpeg", { format: "webp", animated: "only" }] },
  },
  environments: { dev: {} },
});
const cost = async (...argv: string[]) => {
  const { json } = await run(["cost", "--no-idle", "--json", ...argv], { pipelines });
  return CostReport.parse(json[0]);
};

describe("npx pipeline cost", () => {
  it("shows each part, their sum and the measurement behind them", async () => {
    const { code, out } = await run(["cost", "--no-idle"], { pipelines });
    expect(code).toBe(0);
    expect(out.join("\n")).toMatch(/^S3 writes +20\.00 +3 renditions and a manifest$/m);
    expect(out.join("\n")).toMatch(/^all +\d+\.\d\d$/m);
    expect(out.join("\n")).toMatch(/^measured on \d{4}-\d\d-\d\d with 4 photographs of 12 megapixels, on /m);
  });

  it.each([
    ["--formats", "avif", "S3 writes", 15],
    ["--presets", "thumb", "S3 writes", 10],
    ["--region", "eu-central-1", "S3 writes", 21.6],
    ["--encryption", "sse-s3", "KMS", undefined],
    ["--batch-size", "10", "SQS", 0.48],
  ])("calculates %s %s beside the settings of the config", async (flag, value, name, usd) => {
    const { perMillion, changed } = await cost(flag, value);
    expect(changed?.perMillion.parts.find(({ part }) => part === name)?.usd).toEqual(
      usd === undefined ? undefined : expect.closeTo(usd),
    );
    expect(perMillion.parts.find(({ part }) => part === "S3 writes")?.usd).toBeCloseTo(20);
  });

  it("ranks single changes by what they save, and never leaves an image without a file", async () => {
    const { savings, perMillion } = await cost();
    const saved = savings.map(({ saves }) => saves);
    expect(saved).toEqual(saved.toSorted((a, b) => b - a));
    const names = savings.map(({ change }) => change);
    expect(names).toEqual(
      expect.arrayContaining(["without thumb.avif", "--architecture x86_64", "--memory 1024"]),
    );
    for (const { usd, saves } of savings) expect(usd + saves).toBeCloseTo(perMillion.usd);
    const one = definePipeline({
      presets: { thumb: { width: 160, formats: ["avif"] } },
      environments: { dev: {} },
    });
    const { json } = await run(["cost", "--no-idle", "--json"], { pipelines: one });
    expect(CostReport.parse(json[0]).savings.filter(({ change }) => change.startsWith("without"))).toEqual(
      [],
    );
  });

  it.each([
    [
      ["--presets", "thumbs"],
      'cost: unknown preset "thumbs": did you mean "thumb"? (there are thumb, large)',
    ],
    [["--formats", "avi"], /unknown format "avi": did you mean "avif"\?/],
    [["--memory", "64"], /--memory must be a whole number from 128 to 10240, got "64"/],
    [["--environment", "pro"], /unknown environment "pro"/],
  ])("refuses %j in one line, and ends with 2", async (argv, line) => {
    const { code, error } = await run(["cost", "--no-idle", ...argv], { pipelines });
    expect({ code, error }).toEqual({
      code: 2,
      error: [typeof line === "string" ? line : expect.stringMatching(line)],
    });
  });
});
