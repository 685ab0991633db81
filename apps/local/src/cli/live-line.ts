import type { Clock } from "../clock.ts";
import type { LocalPipeline } from "../local-pipeline.ts";
import type { LocalServices } from "../services/local-services.ts";
import type { Progress } from "./session.ts";
import type { Terminal } from "./terminal.ts";

const REDRAW_MILLISECONDS = 250;
/** The time that the rate is an average of. */
const RATE_MILLISECONDS = 10_000;

export interface LiveLineOptions {
  /** The pipeline that runs at the moment. */
  pipeline(): Pick<LocalPipeline, "workQueues" | "resultsQueue"> & {
    places: Pick<LocalPipeline["places"], "deadLetterQueues">;
  };
  services: Pick<LocalServices, "count">;
  progress(): Progress;
  terminal: Pick<Terminal, "live" | "isRedrawn">;
  clock: Clock;
}

/** Shows the queues and the rate below the images' lines, on a terminal only. @returns a function that removes the line */
export function liveLine({ terminal, clock, progress, ...queues }: LiveLineOptions): () => void {
  const ended = new AbortController();
  const rate = recentRate();

  async function redraw(): Promise<void> {
    while (!ended.signal.aborted) {
      const { done, expected, ended: images } = progress();
      const perSecond = rate(images, clock.now());
      terminal.live(toLiveLine({ ...countAll(queues), done, expected, perSecond }));
      await clock.sleep(REDRAW_MILLISECONDS, ended.signal);
    }
  }
  if (terminal.isRedrawn) void redraw();
  return () => {
    ended.abort();
    terminal.live(undefined);
  };
}

interface Depths {
  waiting: number;
  inFlight: number;
  deadLetters: number;
}

/** The results queue is left out: only this runtime has it. */
function countAll({ pipeline, services }: Pick<LiveLineOptions, "pipeline" | "services">): Depths {
  const { workQueues, resultsQueue, places } = pipeline();
  const depths: Depths = { waiting: 0, inFlight: 0, deadLetters: 0 };
  for (const name of new Set(workQueues)) {
    if (name === resultsQueue.name) continue;
    const { visible, delayed, inFlight } = services.count(name);
    depths.waiting += visible + delayed;
    depths.inFlight += inFlight;
  }
  for (const name of places.deadLetterQueues) {
    const { visible, delayed, inFlight } = services.count(name);
    depths.deadLetters += visible + delayed + inFlight;
  }
  return depths;
}

/** @returns a function that takes the images so far, and returns how many were added for each second of late */
function recentRate(): (images: number, now: number) => number {
  const samples: { images: number; at: number }[] = [];
  return (images, now) => {
    samples.push({ images, at: now });
    while (samples[1] && samples[1].at <= now - RATE_MILLISECONDS) samples.shift();
    const [first = { images, at: now }] = samples;
    return ((images - first.images) * 1000) / Math.max(now - first.at, 1000);
  };
}

interface Numbers extends Depths, Pick<Progress, "done" | "expected"> {
  perSecond: number;
}

/** The numbers in one line, which fits 80 columns with thousands of images. */
export function toLiveLine({ done, expected, waiting, inFlight, deadLetters, perSecond }: Numbers): string {
  const letters = `${deadLetters} dead ${deadLetters === 1 ? "letter" : "letters"}`;
  const rate =
    perSecond >= 1 ? `${perSecond.toFixed(1)} images/s` : `${Math.round(perSecond * 60)} images/min`;
  return [
    ...(done < expected ? [`${done} of ${expected} done`] : []),
    `${waiting} waiting, ${inFlight} in flight, ${letters}`,
    rate,
  ].join("; ");
}
