import TinyQueue from "tinyqueue";

/** A function's executions: how many there may be, and how fast Lambda adds them. */
export interface Scaling {
  /** Executions that start without a delay. */
  initial: number;
  /** Executions added per second while work waits. */
  perSecond: number;
  most: number;
}

/** A function that takes images from a queue, in the order in which they came. */
export interface Stage {
  name: string;
  /** Mean time of one image, in milliseconds. */
  milliseconds: number;
  /** Time that the first image of a new execution takes longer, in milliseconds. */
  coldMilliseconds: number;
  /** Images of one invocation, which are handled one after another. */
  batch: number;
  scaling: Scaling;
  /** Images per second that a quota of another service allows; infinite for none. */
  quotaPerSecond: number;
  /** Share of the images that fail once, from 0 to 1, and the time until they are visible again, in seconds. */
  retries: { share: number; seconds: number };
}

export interface Arrivals {
  /** Images that are uploaded at once. */
  burst: number;
  /** Burst uploads per second: S3 accepts no more below one prefix. */
  burstPerSecond: number;
  /** Images per second that are uploaded all the time. */
  perSecond: number;
  /** How long images are uploaded, in seconds. */
  seconds: number;
}

export interface Simulated {
  images: number;
  /** Seconds from the upload to the end of the last stage. */
  dwell: { p50: number; p99: number; most: number };
  /** Seconds until the last image has ended. */
  ends: number;
  /** The most executions of each stage at one time. */
  executions: Record<string, number>;
}

/** More images are simulated as groups that are handled together, so that a run takes seconds. */
const MOST_EVENTS = 400_000;
const SEED = 20_251_128;

/**
 * Simulates images on their way through stages, event by event: each execution takes the images that wait, Lambda adds executions at
 * its own rate, and a quota delays what exceeds it. Times vary: half of an image's time is fixed, the other half is distributed
 * exponentially. The same input gives the same result.
 */
export function simulate(arrivals: Arrivals, stages: readonly Stage[]): Simulated {
  const random = mulberry32(SEED);
  const expected = arrivals.burst + arrivals.perSecond * arrivals.seconds;
  const group = Math.max(1, Math.ceil(expected / MOST_EVENTS));
  const uploads = uploadTimes(arrivals, group, random);
  const executions: Record<string, number> = {};
  let images = uploads.map((at, id) => ({ id, at }));
  for (const stage of stages) {
    const passed = pass(images, grouped(stage, group), random);
    executions[stage.name] = passed.executions;
    images = passed.ended.toSorted((a, b) => a.at - b.at);
  }
  const dwell = images.map(({ id, at }) => at - (uploads[id] ?? 0)).toSorted((a, b) => a - b);
  return {
    images: images.length * group,
    dwell: { p50: quantile(dwell, 0.5), p99: quantile(dwell, 0.99), most: dwell.at(-1) ?? 0 },
    ends: images.at(-1)?.at ?? 0,
    executions,
  };
}

interface Image {
  id: number;
  /** Seconds since the start. */
  at: number;
}

/** A group takes the time of its images, and uses up a quota as they do. */
function grouped(stage: Stage, group: number): Stage {
  return {
    ...stage,
    milliseconds: stage.milliseconds * group,
    batch: Math.max(1, Math.round(stage.batch / group)),
    quotaPerSecond: stage.quotaPerSecond / group,
  };
}

function uploadTimes(
  { burst, burstPerSecond, perSecond, seconds }: Arrivals,
  group: number,
  random: () => number,
): number[] {
  const times = Array.from(
    { length: Math.round(burst / group) },
    (_, index) => (index * group) / burstPerSecond,
  );
  const gap = group / perSecond;
  for (let at = gap * exponential(random); at < seconds; at += gap * exponential(random)) times.push(at);
  return times.toSorted((a, b) => a - b);
}

function pass(images: readonly Image[], stage: Stage, random: () => number) {
  const { scaling, batch, coldMilliseconds, quotaPerSecond, retries } = stage;
  const waiting = new TinyQueue<Image & { isRetried?: true }>([...images], (a, b) => a.at - b.at);
  /** When each execution is free. */
  const free = new TinyQueue<number>([]);
  const ended: Image[] = [];
  let growsAt = Number.NEGATIVE_INFINITY;
  let quotaAt = Number.NEGATIVE_INFINITY;

  /** Returns the time at which an execution can take what waits since `since`, and whether it is a new one. */
  function nextExecution(since: number): { at: number; isNew: boolean } {
    const earliest = free.peek();
    if (earliest !== undefined && earliest <= since) return { at: since, isNew: false };
    const isFull = free.length >= scaling.most;
    const grown = free.length < scaling.initial ? since : Math.max(since, growsAt + 1 / scaling.perSecond);
    if (isFull || (earliest !== undefined && earliest <= grown))
      return { at: earliest ?? since, isNew: false };
    return { at: grown, isNew: true };
  }

  for (let first = waiting.pop(); first !== undefined; first = waiting.pop()) {
    const { at, isNew } = nextExecution(first.at);
    if (isNew) growsAt = at;
    else free.pop();
    let now = isNew ? at + coldMilliseconds / 1000 : at;
    const taken = [first];
    while (taken.length < batch && (waiting.peek()?.at ?? Number.POSITIVE_INFINITY) <= at) {
      const next = waiting.pop();
      if (next) taken.push(next);
    }
    for (const image of taken) {
      quotaAt = Math.max(now, quotaAt + 1 / quotaPerSecond);
      now = quotaAt + (stage.milliseconds / 1000) * (0.5 + 0.5 * exponential(random));
      if (!image.isRetried && random() < retries.share)
        waiting.push({ id: image.id, at: now + retries.seconds, isRetried: true });
      else ended.push({ id: image.id, at: now });
    }
    free.push(now);
  }
  return { ended, executions: free.length };
}

/** Exponentially distributed, with a mean of 1. */
function exponential(random: () => number): number {
  return -Math.log(1 - random());
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** A generator of pseudo-random numbers from 0 to below 1, by Tommy Ettinger (public domain). */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
