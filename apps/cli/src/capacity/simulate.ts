import TinyQueue from "tinyqueue";

/** A function's executions: how many there may be, and how fast Lambda adds them. */
export interface Scaling {
  /** Executions that start without a delay. */
  initial: number;
  /** Executions added per second while work waits. */
  perSecond: number;
  most: number;
}

/** A function that takes images from a queue, in the order in which they came, or fairly. */
export interface Stage {
  name: string;
  /** Mean time of one image, in milliseconds. */
  milliseconds: number;
  /** Time of an image in the queue before the function, apart from waiting, in milliseconds (default: 0). */
  hopMilliseconds?: number;
  /** Time that the first image of a new execution takes longer, in milliseconds. */
  coldMilliseconds: number;
  /** Images of one invocation, which are handled one after another. */
  batch: number;
  scaling: Scaling;
  /** Images per second that a quota of another service allows; infinite for none. */
  quotaPerSecond: number;
  /** Share of the images that fail once, from 0 to 1, and the time until they are visible again, in seconds. */
  retries: { share: number; seconds: number };
  /** True if the queue delivers images of all other tenants before those of the burst's tenant (SQS's fair queues). */
  isFair?: boolean;
}

export interface Arrivals {
  /** Images that one tenant uploads at once. */
  burst: number;
  /** Burst uploads per second: S3 accepts no more below one prefix. */
  burstPerSecond: number;
  /** Images per second that other tenants upload all the time. */
  perSecond: number;
  /** How long images are uploaded, in seconds. */
  seconds: number;
}

export interface Simulated {
  images: number;
  /** Seconds from the upload to the end of the last stage. */
  dwell: Dwell;
  /** The same of images that are not of the burst. */
  othersDwell: Dwell;
  /** Seconds until the last image has ended. */
  ends: number;
  /** The most executions of each stage at one time. */
  executions: Record<string, number>;
}

export interface Dwell {
  p50: number;
  p99: number;
  most: number;
}

/** More images are simulated as a part of them in a pipeline that is as many times smaller, so that a run takes a second. */
const MOST_IMAGES = 150_000;
const SEED = 20_251_128;

/**
 * Simulates images on their way through stages, event by event: each execution takes the images that wait, Lambda adds executions at
 * its own rate, and a quota delays what exceeds it. Times vary: half of an image's time is fixed, the other half is distributed
 * exponentially. The same input gives the same result.
 */
export function simulate(arrivals: Arrivals, stages: readonly Stage[]): Simulated {
  const random = mulberry32(SEED);
  const expected = arrivals.burst + arrivals.perSecond * arrivals.seconds;
  const divisor = Math.max(1, Math.ceil(expected / MOST_IMAGES));
  const uploads = uploadTimes(arrivals, divisor, random);
  const executions: Record<string, number> = {};
  let images: Image[] = uploads.map(({ at, isBurst }, id) => ({ id, at, isBurst }));
  for (const stage of stages) {
    const hop = (stage.hopMilliseconds ?? 0) / 1000;
    const queued = images.map(({ id, at, isBurst }) => ({ id, at: at + hop, isBurst }));
    const passed = pass(queued, smaller(stage, divisor), random);
    executions[stage.name] = Math.min(stage.scaling.most, passed.executions * divisor);
    images = passed.ended.toSorted((a, b) => a.at - b.at);
  }
  const dwellOf = (some: readonly Image[]) => toDwell(some.map(({ id, at }) => at - (uploads[id]?.at ?? 0)));
  return {
    images: images.length * divisor,
    dwell: dwellOf(images),
    othersDwell: dwellOf(images.filter(({ isBurst }) => !isBurst)),
    ends: images.at(-1)?.at ?? 0,
    executions,
  };
}

function toDwell(seconds: readonly number[]): Dwell {
  const sorted = seconds.toSorted((a, b) => a - b);
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), most: sorted.at(-1) ?? 0 };
}

interface Image {
  id: number;
  isBurst: boolean;
  isRetried?: true;
  /** Seconds since the start. */
  at: number;
}

/**
 * An image takes as long in a smaller pipeline, but there are fewer executions and a smaller quota. A number of executions that cannot be
 * divided is made up for by their time.
 */
function smaller(stage: Stage, divisor: number): Stage {
  const { initial, perSecond, most } = stage.scaling;
  const divided = Math.max(1, Math.round(most / divisor));
  return {
    ...stage,
    milliseconds: stage.milliseconds * ((divided * divisor) / most),
    scaling: {
      initial: Math.max(1, initial / divisor),
      perSecond: perSecond / divisor,
      most: divided,
    },
    quotaPerSecond: stage.quotaPerSecond / divisor,
  };
}

function uploadTimes(
  { burst, burstPerSecond, perSecond, seconds }: Arrivals,
  divisor: number,
  random: () => number,
): { at: number; isBurst: boolean }[] {
  const uploads = Array.from({ length: Math.round(burst / divisor) }, (_, index) => ({
    at: (index * divisor) / burstPerSecond,
    isBurst: true,
  }));
  const gap = divisor / perSecond;
  for (let at = gap * exponential(random); at < seconds; at += gap * exponential(random))
    uploads.push({ at, isBurst: false });
  return uploads.toSorted((a, b) => a.at - b.at);
}

/** Images that wait, with those of the burst's tenant apart if the queue is fair. */
function waitingLine(images: readonly Image[], isFair: boolean) {
  const byTime = (a: Image, b: Image) => a.at - b.at;
  const isNoisy = ({ isBurst }: Image) => isFair && isBurst;
  const noisy = new TinyQueue(images.filter(isNoisy), byTime);
  const others = new TinyQueue(
    images.filter((image) => !isNoisy(image)),
    byTime,
  );
  const first = (queue: TinyQueue<Image>) => queue.peek()?.at ?? Number.POSITIVE_INFINITY;
  return {
    /** The time since which an image waits; infinite if there is none. */
    since: () => Math.min(first(noisy), first(others)),
    /** Takes the image that an execution gets at a time. */
    take: (at: number) => (first(others) <= at ? others : noisy).pop(),
    push: (image: Image) => (isNoisy(image) ? noisy : others).push(image),
  };
}

function pass(images: readonly Image[], stage: Stage, random: () => number) {
  const { scaling, batch, coldMilliseconds, quotaPerSecond, retries, isFair = false } = stage;
  const waiting = waitingLine(images, isFair);
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

  for (let since = waiting.since(); since < Number.POSITIVE_INFINITY; since = waiting.since()) {
    const { at, isNew } = nextExecution(since);
    if (isNew) growsAt = at;
    else free.pop();
    let now = isNew ? at + coldMilliseconds / 1000 : at;
    const taken: Image[] = [];
    while (taken.length < batch && waiting.since() <= at) {
      const next = waiting.take(at);
      if (next) taken.push(next);
    }
    for (const image of taken) {
      quotaAt = Math.max(now, quotaAt + 1 / quotaPerSecond);
      now = quotaAt + (stage.milliseconds / 1000) * (0.5 + 0.5 * exponential(random));
      if (!image.isRetried && random() < retries.share)
        waiting.push({ id: image.id, isBurst: image.isBurst, at: now + retries.seconds, isRetried: true });
      else ended.push({ id: image.id, isBurst: image.isBurst, at: now });
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
