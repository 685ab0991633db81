import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Presets } from "@image-pipeline/schema/config";
import { median } from "../measure/mean.ts";
import type { Photograph } from "../photographs.ts";
import { progress } from "../report/progress.ts";
import { type Row, toFactor, toMilliseconds, toTable } from "../report/table.ts";
import { toBatch, toEnvironment, toNotification, toSources } from "./events.ts";
import { type HandlerTimes, runHandler } from "./handler-run.ts";
import { type HandlerName, handlerSource, unpackHandler, workerInOneProcess } from "./handler-zips.ts";
import { startStandInAws } from "./stand-in-aws.ts";

/** CPU milliseconds of a start, the engine's process included: medians over the rounds. `first` is the load and the first event, `steady` a later one. */
export interface ColdStart {
  handler: HandlerName;
  how: string;
  load: number;
  first: number;
  /** Wall-clock milliseconds of the load and the first event. */
  wall: number;
  steady: number;
  zipBytes: number;
  bundleBytes: number;
}

const AT_HAND = { firstByteMilliseconds: 0, bytesPerMillisecond: Number.POSITIVE_INFINITY };
const EVENTS = 6;
const AS_SHIPPED = "bundle, as shipped";
const IN_ONE_PROCESS = "bundle, engine in the same process";

/** The start of both handlers, each in a new process: as sources, as the bundle that is shipped, and with V8's code cache. */
export async function benchCold(
  [photograph]: readonly Photograph[],
  { rounds, presets }: { rounds: number; presets: Presets },
): Promise<ColdStart[]> {
  if (!photograph) return [];
  const aws = await startStandInAws(toSources([photograph]), AT_HAND);
  const cache = mkdtempSync(join(tmpdir(), "image-pipeline-compile-cache-"));
  try {
    const starts: ColdStart[] = [];
    for (const handler of ["ingest", "worker"] as const) {
      const event = handler === "ingest" ? toNotification(photograph) : toBatch([photograph]);
      const unpacked = unpackHandler(handler);
      const { module, zipBytes, bundleBytes } = unpacked;
      const environment = { ...toEnvironment(aws.endpoint, presets), _HANDLER: "index.handler" };
      const ways = [
        { how: "sources, unbundled", module: handlerSource(handler), extra: {} },
        { how: AS_SHIPPED, module, extra: {} },
        { how: "bundle, compile cache", module, extra: { NODE_COMPILE_CACHE: cache } },
      ];
      if (handler === "worker")
        ways.push({ how: IN_ONE_PROCESS, module: (await workerInOneProcess(unpacked)).module, extra: {} });
      const runs = new Map(ways.map(({ how }) => [how, [] as HandlerTimes[]]));
      // Turn by turn, so that other work of the machine meets all ways alike.
      for (let round = 0; round < rounds + 1; round++)
        for (const { how, module, extra } of ways) {
          progress(`${handler}, round ${Math.max(1, round)} of ${rounds}: ${how}`);
          const order = { module, events: Array.from({ length: EVENTS }, () => event) };
          const times = await runHandler(order, { ...environment, ...extra });
          if (round > 0) runs.get(how)?.push(times);
        }
      for (const [how, times] of runs)
        starts.push({ handler, how, ...toFigures(times), zipBytes, bundleBytes });
    }
    progress("");
    return starts;
  } finally {
    aws.close();
    rmSync(cache, { recursive: true, force: true });
  }
}

function toFigures(runs: readonly HandlerTimes[]) {
  return {
    load: median(runs.map(({ load }) => load.cpu)),
    first: median(runs.map(({ load, events }) => load.cpu + (events[0]?.cpu ?? 0))),
    wall: median(runs.map(({ load, events }) => load.wall + (events[0]?.wall ?? 0))),
    steady: median(runs.map(({ events }) => median(events.slice(1).map(({ cpu }) => cpu)))),
  };
}

/** Starts as text: CPU time, and what the first event costs beyond a later one. */
export function coldTable(starts: readonly ColdStart[]): string {
  const head: Row = [
    "CPU time of a start",
    "load",
    "load + first event",
    "beyond a later one",
    "wall time",
    "bundle",
    "zip",
  ];
  const kilobytes = (bytes: number) => `${Math.round(bytes / 1000)} kB`;
  const rows = starts.map(
    ({ handler, how, load, first, steady, wall, bundleBytes, zipBytes }): Row => [
      `${handler}: ${how}`,
      toMilliseconds(load),
      toMilliseconds(first),
      toMilliseconds(first - steady),
      toMilliseconds(wall),
      how.startsWith("bundle") ? kilobytes(bundleBytes) : "",
      how.startsWith("bundle") ? kilobytes(zipBytes) : "",
    ],
  );
  return `${toTable(head, rows)}\n${childLine(starts)}`;
}

function childLine(starts: readonly ColdStart[]): string {
  const firstOf = (wanted: string) =>
    starts.find(({ handler, how }) => handler === "worker" && how === wanted)?.first;
  const [shipped, without] = [firstOf(AS_SHIPPED), firstOf(IN_ONE_PROCESS)];
  if (shipped === undefined || without === undefined) return "";
  return `The engine's own process adds ${toMilliseconds(shipped - without)}: ${toFactor(shipped / without)}\n`;
}
