import { type EncodedRendition, ImageRejection } from "@image-pipeline/imaging";
import type { Limits, Presets } from "@image-pipeline/schema/config";
import type { Facts } from "@image-pipeline/schema/manifest";
import type { Order } from "./messages.ts";
import type { Bounds } from "./process-usage.ts";
import { ChildEnded, type RenderChild, startChild } from "./render-child.ts";

/** The engine in a child process, which is kept for the next picture. */
export interface EngineProcess {
  /** Starts the child, so that it is ready for the first picture. */
  start(): void;
  /** As `renderImage`, within hard limits. @throws {ImageRejection} for problems of the picture */
  render(
    source: Uint8Array,
    recipe: { presets: Presets; limits: Limits; focus?: string | undefined },
    emit: (rendition: EncodedRendition) => void,
  ): Promise<Facts>;
  /** As `renderForAnalysis`, within hard limits. @throws {ImageRejection} for problems of the picture */
  renderForAnalysis(
    source: Uint8Array,
    asked: { limits: Limits; maxPictures: number },
  ): Promise<EncodedRendition[]>;
  /** Ends the child. */
  close(): void;
}

/** Time that the engine has, beyond its limit, to end a picture by itself: then the rejection has the picture's facts. */
const GRACE_SECONDS = 1;
/** Time that a second attempt has even if the first one took nearly all of it. */
const LEAST_SECONDS = 0.1;
/** Attempts for a picture whose child ends by itself: the cause may be outside of the picture once. */
const ATTEMPTS = 2;

/**
 * Runs the engine in a child process. libvips cannot be interrupted while it opens or decodes a picture, so a picture that takes
 * too much time or memory, or that crashes a decoder, ends the child and nothing else. A new child starts at once.
 *
 * @param startOne starts a child
 */
export function engineProcess(startOne: () => RenderChild = startChild): EngineProcess {
  let child: RenderChild | undefined;
  let last: Promise<unknown> = Promise.resolve();

  function start(): RenderChild {
    if (!child?.isAlive()) child = startOne();
    return child;
  }
  async function attempt(
    source: Uint8Array,
    order: Order,
    emit: (rendition: EncodedRendition) => void,
  ): Promise<Facts | null> {
    const startedAt = performance.now();
    for (let left = ATTEMPTS - 1; ; left--) {
      try {
        return await start().run(source, order, { bounds: boundsOf(order.limits, startedAt), emit });
      } catch (error) {
        if (!(error instanceof ChildEnded)) throw error;
        start();
        if (error.bound || left === 0) throw toRejection(error, order.limits);
      }
    }
  }
  /** Runs one order after the other. */
  function run(...order: Parameters<typeof attempt>): Promise<Facts | null> {
    const done = last.then(() => attempt(...order));
    last = done.catch(() => "reported to its caller");
    return done;
  }
  return {
    start,
    async render(source, { presets, limits, focus }, emit) {
      const facts = await run(source, { work: "render", presets, limits, focus }, onlyOnce(emit));
      if (!facts) throw new Error("the engine returned no facts");
      return facts;
    },
    async renderForAnalysis(source, asked) {
      const emitted: EncodedRendition[] = [];
      await run(
        source,
        { work: "analyse", ...asked },
        onlyOnce((one) => void emitted.push(one)),
      );
      if (emitted.length === 0) throw new Error("the engine emitted no picture for analysis");
      return emitted;
    },
    close: () => child?.kill(),
  };
}

/** Omits the renditions that an attempt before made already: rendering a picture again makes the same files. */
function onlyOnce(emit: (rendition: EncodedRendition) => void): typeof emit {
  const emitted = new Set<string>();
  return (rendition) => {
    const name = `${rendition.preset}.${rendition.format}`;
    if (emitted.has(name)) return;
    emitted.add(name);
    emit(rendition);
  };
}

/** Time for a picture whose function a debugger may hold: the child has finished, but nobody has listened. */
const DEBUG_SECONDS = 24 * 60 * 60;

/** Returns the bounds of an attempt: all attempts for a picture share its time. */
function boundsOf({ maxRenderSeconds, maxRenderMemoryBytes }: Limits, startedAt: number): Bounds {
  const isDebugged = process.execArgv.some((argument) => argument.startsWith("--inspect"));
  const usedSeconds = (performance.now() - startedAt) / 1000;
  const seconds = isDebugged
    ? DEBUG_SECONDS
    : Math.max(LEAST_SECONDS, maxRenderSeconds + GRACE_SECONDS - usedSeconds);
  return { wallSeconds: seconds, cpuSeconds: seconds, memoryBytes: maxRenderMemoryBytes };
}

/** Returns the rejection of a picture that ended its child. */
function toRejection(ended: ChildEnded, { maxRenderSeconds, maxRenderMemoryBytes }: Limits): ImageRejection {
  const { bound, signal, message } = ended;
  if (bound === "wallSeconds" || bound === "cpuSeconds") {
    const time = bound === "cpuSeconds" ? "CPU time" : "time";
    return new ImageRejection(
      "RENDER_TIMEOUT",
      `The picture took more ${time} to render than the ${maxRenderSeconds} s that are allowed. Upload a smaller or simpler version.`,
      { cause: ended },
    );
  }
  // Nobody else sends this signal: the kernel does when the function's memory is used up.
  if (bound === "memoryBytes" || signal === "SIGKILL") {
    const mebibytes = Math.round(maxRenderMemoryBytes / 2 ** 20);
    return new ImageRejection(
      "TOO_MANY_PIXELS",
      `The picture takes more memory to render than the ${mebibytes} MiB that are allowed. Upload a scaled-down version.`,
      { cause: ended },
    );
  }
  return new ImageRejection(
    "CORRUPT_IMAGE",
    `The picture crashes its decoder (${message}). Export it again from its original, then upload it.`,
    { cause: ended },
  );
}
