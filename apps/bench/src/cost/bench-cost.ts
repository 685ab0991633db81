import type { Presets } from "@image-pipeline/schema/config";
import sharp from "sharp";
import { toBatch, toEnvironment, toNotification, toSources } from "../handlers/events.ts";
import { type HandlerTimes, runHandler } from "../handlers/handler-run.ts";
import { type HandlerName, unpackHandler } from "../handlers/handler-zips.ts";
import { startStandInAws } from "../handlers/stand-in-aws.ts";
import { machine } from "../machine.ts";
import { mean, median } from "../measure/mean.ts";
import { formatOf, megapixels, type Photograph, photographs } from "../photographs.ts";
import { progress } from "../report/progress.ts";
import { type Row, toMilliseconds, toTable } from "../report/table.ts";
import { measureOutputs, type OutputFigures } from "./measure-outputs.ts";

/** A function's work for one image: means over the photographs, once it is warm. */
export interface HandlerFigures {
  cpuMilliseconds: number;
  /** Requests that it waits for one after another. */
  roundTrips: number;
  logBytes: number;
  requests: { s3Reads: number; s3Writes: number; snsPublishes: number };
}

/** Everything that the price of an image follows from. */
export interface CostFigures {
  /** The day of the measurement, as 2026-01-31. */
  date: string;
  machine: Record<keyof ReturnType<typeof machine>, string | number>;
  photographs: { name: string; format: string; megapixels: number; bytes: number }[];
  /** CPU time of everything but the files: the decode, facts and checks. */
  baseMilliseconds: number;
  outputs: OutputFigures[];
  ingest: HandlerFigures;
  worker: HandlerFigures;
}

/** A function handles thousands of events, after the first of which V8 has compiled its code well. */
const WARM_UP_TURNS = 5;
/** As a phone takes them. */
const PHONE_PIXELS = 12_000_000;

/** Measures what the price of an image follows from: CPU time and bytes of each file, and what each function asks of AWS. */
export async function benchCost(
  folder: string | undefined,
  { rounds, presets }: { rounds: number; presets: Presets },
): Promise<CostFigures> {
  const given = photographs(folder);
  const pictures = folder === undefined ? await Promise.all(given.map(toPhoneSize)) : given;
  const sizes = await megapixels(pictures);
  progress("files of the presets");
  const files = await measureOutputs(pictures, { rounds, presets });
  const ingest = await measureHandler("ingest", pictures, { rounds, presets });
  const worker = await measureHandler("worker", pictures, { rounds, presets });
  progress("");
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: machine(),
    photographs: pictures.map(({ name, data }, index) => ({
      name,
      format: formatOf({ data }) ?? "",
      megapixels: Number((sizes[index] ?? 0).toFixed(1)),
      bytes: data.length,
    })),
    ...files,
    ingest,
    worker,
  };
}

/** The samples are small; enlarged they take the time of a phone's photograph, whose details they lack. */
export async function toPhoneSize(photograph: Photograph): Promise<Photograph> {
  const { width, height } = await sharp(photograph.data).metadata();
  const factor = Math.sqrt(PHONE_PIXELS / (width * height));
  const data = await sharp(photograph.data)
    .resize({ width: Math.round(width * factor) })
    .jpeg({ quality: 90 })
    .toBuffer();
  return { ...photograph, data };
}

async function measureHandler(
  name: HandlerName,
  pictures: readonly Photograph[],
  { rounds, presets }: { rounds: number; presets: Presets },
): Promise<HandlerFigures> {
  progress(`${name}, ${rounds} rounds`);
  const turns = WARM_UP_TURNS + rounds;
  const repeated = Array.from({ length: turns }, () => pictures).flat();
  const { events, requests } = await runOnce(name, repeated, {
    presets,
    firstByteMilliseconds: NEAR_MILLISECONDS,
  });
  const perPicture = (of: (event: HandlerTimes["events"][number]) => number) =>
    mean(
      pictures.map((_, index) =>
        median(
          events
            .filter((_, at) => at % pictures.length === index)
            .slice(WARM_UP_TURNS)
            .map(of),
        ),
      ),
    );
  const { s3Reads, s3Writes, snsPublishes } = requests;
  return {
    cpuMilliseconds: perPicture(({ cpu }) => cpu),
    roundTrips: await measureRoundTrips(name, pictures.slice(0, 1), presets),
    logBytes: perPicture(({ logBytes }) => logBytes),
    requests: {
      s3Reads: s3Reads / repeated.length,
      s3Writes: s3Writes / repeated.length,
      snsPublishes: snsPublishes / repeated.length,
    },
  };
}

interface Run {
  events: HandlerTimes["events"];
  requests: HandlerFigures["requests"];
}

async function runOnce(
  name: HandlerName,
  pictures: readonly Photograph[],
  { presets, firstByteMilliseconds }: { presets: Presets; firstByteMilliseconds: number },
): Promise<Run> {
  const aws = await startStandInAws(toSources(pictures), {
    firstByteMilliseconds,
    bytesPerMillisecond: 80_000,
  });
  const environment = { ...toEnvironment(aws.endpoint, presets), _HANDLER: "index.handler" };
  const toEvent = (picture: Photograph) => (name === "ingest" ? toNotification(picture) : toBatch([picture]));
  try {
    const { events } = await runHandler(
      { module: unpackHandler(name).module, events: pictures.map(toEvent) },
      environment,
    );
    return { events, requests: aws.requests };
  } finally {
    aws.close();
  }
}

const NEAR_MILLISECONDS = 25;
const FAR_MILLISECONDS = 1025;

/**
 * Counts the requests that a handler waits for one after another: by so many seconds it takes longer when every answer takes a
 * second more. Other programs on the machine hardly change that.
 */
async function measureRoundTrips(
  name: HandlerName,
  pictures: readonly Photograph[],
  presets: Presets,
): Promise<number> {
  const wall = async (firstByteMilliseconds: number) => {
    progress(`${name}: answers after ${firstByteMilliseconds} ms`);
    const { events } = await runOnce(name, [...pictures, ...pictures], { presets, firstByteMilliseconds });
    return events.at(-1)?.wall ?? Number.NaN;
  };
  const longer = (await wall(FAR_MILLISECONDS)) - (await wall(NEAR_MILLISECONDS));
  return Math.round(longer / (FAR_MILLISECONDS - NEAR_MILLISECONDS));
}

export function costTable({ baseMilliseconds, outputs, worker, ingest }: CostFigures): string {
  const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
  const files = outputs.map(
    ({ preset, format, milliseconds, bytes }): Row => [
      `${preset}.${format}`,
      toMilliseconds(milliseconds),
      kilobytes(bytes),
    ],
  );
  const functions = Object.entries({ ingest, worker }).map(([name, figures]): Row => {
    const { cpuMilliseconds, roundTrips, logBytes, requests } = figures;
    const asked = [requests.s3Reads, requests.s3Writes, requests.snsPublishes].map((count) =>
      count.toFixed(1),
    );
    return [name, toMilliseconds(cpuMilliseconds), String(roundTrips), kilobytes(logBytes), ...asked];
  });
  return [
    toTable(
      ["For each image", "CPU time", "bytes"],
      [["decode, facts, checks", toMilliseconds(baseMilliseconds), ""], ...files],
    ),
    toTable(
      ["Function", "CPU time", "round trips", "logs", "S3 reads", "S3 writes", "SNS publishes"],
      functions,
    ),
  ].join("\n\n");
}
