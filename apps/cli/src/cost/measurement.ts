import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CostFigures } from "@image-pipeline/bench";
import * as z from "zod";

export const Machine = z.object({
  cpu: z.string(),
  cores: z.int(),
  memoryGibibytes: z.int(),
  system: z.string(),
  node: z.string(),
  sharp: z.string(),
  libvips: z.string(),
  revision: z.string(),
});

const Requests = z.object({ s3Reads: z.number(), s3Writes: z.number(), snsPublishes: z.number() });
const Handler = z.object({
  cpuMilliseconds: z.number().describe("for one image, once the handler is warm"),
  roundTrips: z.int().describe("requests that it waits for one after another"),
  logBytes: z.number(),
  requests: Requests,
});

/** The figures of `bench cost`: means for one image, CPU time as on one whole vCPU. */
export const CostMeasurement = z.object({
  date: z.iso.date(),
  machine: Machine,
  photographs: z.array(
    z.object({ name: z.string(), format: z.string(), megapixels: z.number(), bytes: z.int() }),
  ),
  baseMilliseconds: z
    .number()
    .describe("CPU time of everything but the renditions: the decode, facts, checks"),
  outputs: z.array(
    z.object({
      preset: z.string(),
      format: z.string(),
      isInPreset: z.boolean().describe("false for a format that was measured for comparison"),
      options: z.string().describe("the preset with this output, as JSON"),
      pixels: z.number(),
      milliseconds: z.number().describe("CPU time"),
      bytes: z.number(),
    }),
  ),
  ingest: Handler,
  worker: Handler,
}) satisfies z.ZodType<CostFigures>;
export type CostMeasurement = z.infer<typeof CostMeasurement>;

/** Of the samples, enlarged to a phone's photographs. */
export const MEASUREMENT_FILE = join(import.meta.dirname, "measurement.json");
/** Of large photographs, for comparison. */
export const PHOTOGRAPHS_FILE = join(import.meta.dirname, "measurement-photographs.json");
/** Of photographs in HEIC, as phones take them. */
export const HEIC_FILE = join(import.meta.dirname, "measurement-heic.json");

/** Returns the file that a measurement with `--photos` is kept in. */
export function fileOfPhotographs({ photographs }: Pick<CostMeasurement, "photographs">): string {
  return photographs.every(({ format }) => format === "heic") ? HEIC_FILE : PHOTOGRAPHS_FILE;
}

/** Reads a measurement that `npx pipeline bench cost --store` wrote, with `--photos` that of photographs or of HEIC. */
export function storedMeasurement(file = MEASUREMENT_FILE): CostMeasurement {
  return CostMeasurement.parse(JSON.parse(readFileSync(file, "utf8")));
}
