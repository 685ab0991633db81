import * as z from "zod";

const Part = z.object({
  part: z.string(),
  usd: z.number(),
  detail: z.string().describe("the quantity that the price is for"),
});
export type CostPart = z.infer<typeof Part>;
const Sum = z.object({ usd: z.number(), parts: z.array(Part) });

/** The price of a million images, in US dollars at list prices. */
export const CostEstimate = z.object({
  environment: z.string(),
  region: z.string(),
  pricesOf: z.string().describe("region and date of the prices"),
  perMillion: Sum.describe("for a million images, without idle costs, storage and delivery"),
  storagePerMonth: z
    .object({ gigabytes: z.number(), usd: z.number() })
    .describe("of the renditions of a million images, for each month that they are stored"),
  deliveriesPerMillion: Sum.nullable().describe(
    "for a million pictures by CloudFront; null without delivery",
  ),
  work: z.object({
    renditions: z.int(),
    cpuMilliseconds: z.number().describe("of the worker for one image, on one vCPU"),
    billedMilliseconds: z.number().describe("of the worker for one image, at its memory size"),
    memoryMegabytes: z.int(),
    renditionBytes: z.int(),
    sourceBytes: z.int(),
    isMeasured: z.boolean().describe("false if a preset differs from the measured ones"),
  }),
  measured: z
    .object({ date: z.string(), machine: z.string(), megapixels: z.array(z.number()) })
    .describe("the measurement that CPU time, bytes and requests are of"),
});
export type CostEstimate = z.infer<typeof CostEstimate>;

const Saving = z.object({
  change: z.string(),
  loses: z.string(),
  usd: z.number().describe("of a million images with this change"),
  saves: z.number().describe("US dollars for a million images; negative if it costs more"),
});
export type Saving = z.infer<typeof Saving>;

const Usage = z.object({
  days: z.int(),
  images: z.number().describe("processed and rejected"),
  perMillion: Sum.describe("of real images, from CloudWatch's metrics; S3's requests are counted by images"),
  storagePerMonth: z.object({ gigabytes: z.number(), usd: z.number() }),
});
export type Usage = z.infer<typeof Usage>;

/** The line of `cost --json`. */
export const CostReport = CostEstimate.extend({
  idlePerMonth: Sum.nullable().describe("of an environment without uploads; null with --no-idle"),
  savings: z.array(Saving).describe("single changes, the one that saves most first"),
  changed: CostEstimate.nullable().describe("with the changes that flags ask for; null without any"),
  actual: Usage.nullable().describe("the last 30 days of a deployed environment; null without --environment"),
});
export type CostReport = z.infer<typeof CostReport>;
