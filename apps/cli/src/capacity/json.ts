import * as z from "zod";

/** The line of `capacity --json`. */
export const CapacityReport = z.object({
  environment: z.string(),
  region: z.string(),
  imagesPerHour: z.number(),
  burst: z.int(),
  isSustainable: z.boolean().describe("false if the queue grows for as long as the images come"),
  dwellSeconds: z
    .object({ p50: z.number(), p99: z.number(), most: z.number() })
    .describe("from the upload to the manifest and, with analysis, the verdict"),
  drainedAfterSeconds: z.number().describe("until the last image of the simulated hour has ended"),
  executions: z
    .record(z.string(), z.int())
    .describe("the most concurrent executions by function, in the simulation"),
  limits: z
    .array(
      z.object({
        limit: z.string(),
        imagesPerHour: z.number().describe("at which it is reached"),
        isReached: z.boolean(),
        remedy: z.string(),
        source: z.string(),
      }),
    )
    .describe("the one that is reached first at the front"),
  price: z.object({ usdPerHour: z.number(), usdPerMillion: z.number(), burstUsd: z.number() }),
  assumed: z.object({
    workerMilliseconds: z.number(),
    ingestMilliseconds: z.number(),
    analyzerMilliseconds: z.number().nullable(),
    accountConcurrency: z.int(),
  }),
});
export type CapacityReport = z.infer<typeof CapacityReport>;
