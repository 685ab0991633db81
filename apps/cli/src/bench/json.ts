import type { Figures } from "@image-pipeline/bench";
import * as z from "zod";
import { CostMeasurement, Machine } from "../cost/measurement.ts";

const Comparison = z.object({
  title: z.string(),
  base: z.string().describe("the contender that the others are compared with"),
  times: z.record(z.string(), z.array(z.number())).describe("CPU milliseconds by contender, one per picture"),
});

const Times = z.record(z.string(), z.array(z.number()));

const EncoderPoint = z.object({
  encoder: z.string(),
  width: z.int(),
  metric: z.string(),
  cpu: z.number().describe("as a share of the base encoder's"),
  bytes: z.number().describe("as a share of the base encoder's"),
});

const ColdStart = z.object({
  handler: z.enum(["ingest", "worker"]),
  how: z.string(),
  load: z.number().describe("CPU milliseconds"),
  first: z.number().describe("CPU milliseconds of the load and the first event"),
  wall: z.number().describe("wall-clock milliseconds of the load and the first event"),
  steady: z.number().describe("CPU milliseconds of a later event"),
  zipBytes: z.int(),
  bundleBytes: z.int(),
});

export const Burst = z.object({
  images: z.int(),
  statuses: z.record(z.string(), z.int()),
  seconds: z.number(),
  imagesPerSecond: z.number(),
  memory: z
    .record(z.string(), z.object({ firstHalf: z.int(), lastHalf: z.int() }))
    .describe("MiB of the largest process by role"),
  cpu: z.object({
    cores: z.int(),
    seconds: z.record(z.string(), z.number()).describe("CPU time by role"),
    encodingShare: z.number().nullable().describe("share of it that is the engine's; null if unknown"),
    busyCores: z.number().describe("cores that are busy with it, on average"),
    clientSeconds: z.number().describe("CPU time of the client that uploads, which is no part of it"),
  }),
});

export const StoreTimes = z.object({
  images: z.int(),
  store: z.number().describe("for each object stored"),
  listAll: z.number().describe("for each object listed"),
  listOne: z.number().describe("for each listing of one image"),
  receive: z.number().describe("for each message sent, received and deleted"),
  audit: z.number().describe("for each image that an audit checks"),
  readDead: z.number().describe("for each dead letter that is read and released"),
});

/** The line of `bench --json`: a field for each benchmark that ran. */
export const BenchFigures = z.object({
  machine: Machine,
  megapixels: z.array(z.number()).describe("of the photographs"),
  engine: z.array(Comparison).optional(),
  process: z
    .object({ wall: Times, cpu: Times })
    .describe("milliseconds by place of the engine, one per picture")
    .optional(),
  memory: z.record(z.string(), z.array(z.int())).describe("MiB after each picture, by allocator").optional(),
  front: z.array(EncoderPoint).optional(),
  cold: z.array(ColdStart).optional(),
  worker: z.record(z.string(), z.number()).describe("milliseconds per picture").optional(),
  cost: CostMeasurement.optional(),
  power: z
    .array(z.object({ megabytes: z.int(), milliseconds: z.number(), usdPerMillion: z.number() }))
    .describe("wall time of the worker for one image, and the price of a million, by memory size")
    .optional(),
  burst: Burst.optional(),
  store: z
    .array(StoreTimes)
    .describe("CPU microseconds by images in the local store, the audit's and the reader's included")
    .optional(),
}) satisfies z.ZodType<Figures>;
