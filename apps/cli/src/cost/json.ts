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
