import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { type EncodedRendition, ImageRejection } from "@image-pipeline/imaging";
import type { Facts } from "@image-pipeline/schema/manifest";
import { type Order, Reply, type Request } from "./messages.ts";
import { type Bounds, watchUsage } from "./process-usage.ts";
import { close, empty, openSharedFile, readAt, writeAt } from "./shared-file.ts";

/** The program: a bundle beside this one, or the source beside this one. */
const PROGRAM = join(import.meta.dirname, import.meta.filename.endsWith(".ts") ? "child.ts" : "engine.js");
/** The variables of a function that its child needs: none is a credential. */
const INHERITED = ["LD_LIBRARY_PATH", "MALLOC_ARENA_MAX", "PATH", "TMPDIR", "TZ"];
/** Time for a child to start, which takes less than a second on a machine that is not at its limits. */
const START_SECONDS = 30;
/** The JavaScript heap, of which the engine needs little: pixels are outside of it. */
const HEAP_MEGABYTES = 192;

/** A child process that ended in the middle of a picture. */
export class ChildEnded extends Error {
  override readonly name = "ChildEnded";
  /** The bound for which it was killed; undefined if it ended by itself. */
  readonly bound: keyof Bounds | undefined;
  readonly signal: NodeJS.Signals | null;

  constructor(
    why: string,
    { bound, signal }: { bound: keyof Bounds | undefined; signal: NodeJS.Signals | null },
  ) {
    super(`the engine's process ended: ${why}`);
    this.bound = bound;
    this.signal = signal;
  }
}

/** One child process, which does one order at a time. */
export interface RenderChild {
  /**
   * @param emit called for each rendition as soon as the child has made it
   * @throws {ImageRejection} for problems of the picture
   * @throws {ChildEnded} when the child ended or was killed, which it is once it exceeds a bound
   */
  run(source: Uint8Array, order: Order, job: Job): Promise<Facts | null>;
  isAlive(): boolean;
  kill(): void;
  /** Its process id. */
  pid: number;
}

export interface Job {
  bounds: Bounds;
  emit: (rendition: EncodedRendition) => void;
}

/** Starts a child. It ends with this process, and an idle one does not keep this process alive. */
export function startChild(program = PROGRAM, startSeconds = START_SECONDS): RenderChild {
  const file = openSharedFile();
  const child = fork(program, [], {
    env: Object.fromEntries(INHERITED.map((name) => [name, process.env[name]])),
    execArgv: [`--max-old-space-size=${HEAP_MEGABYTES}`],
    stdio: ["ignore", "ignore", "inherit", "ipc", file],
  });
  const ended = Promise.withResolvers<never>();
  ended.promise.catch(() => "reported to the order that runs then, or to the next one");
  const ready = Promise.withResolvers<void>();
  let isReady = false;
  let onReply: ((reply: Exclude<Reply, { kind: "ready" }>) => void) | undefined;
  let bound: keyof Bounds | undefined;
  let alive = true;
  let isUnrecognised = false;

  function end(why: string, signal: NodeJS.Signals | null = null): void {
    if (alive) close(file);
    alive = false;
    clearTimeout(starting);
    kill();
    ended.reject(
      isReady
        ? new ChildEnded(why, { bound, signal })
        : new Error(`the engine's process did not start: ${why}`),
    );
  }
  child.on("error", (error) => end(error.message));
  child.once("exit", (code, signal) =>
    isUnrecognised ? end("it sent an unrecognised message") : end(signal ?? `exit code ${code}`, signal),
  );
  child.on("message", (message) => {
    const { data: reply } = Reply.safeParse(message);
    if (reply?.kind === "ready") {
      isReady = true;
      clearTimeout(starting);
      ready.resolve();
    } else if (reply && onReply) onReply(reply);
    else {
      isUnrecognised = true;
      kill();
    }
  });
  const starting = setTimeout(() => end(`it was not ready after ${startSeconds} s`), 1000 * startSeconds);
  starting.unref();
  hold(child, false);

  function kill(): void {
    child.kill("SIGKILL");
  }
  function send(request: Request): void {
    if (child.connected) child.send(request);
  }
  async function answer(emit: Job["emit"]): Promise<Facts | null> {
    const { promise, resolve, reject } = Promise.withResolvers<Facts | null>();
    onReply = (reply) => {
      switch (reply.kind) {
        case "rendition":
          try {
            emit({ ...reply.rendition, data: readAt(file, reply.at, reply.length) });
          } catch (error) {
            kill();
            return reject(error);
          }
          return send({ taken: true });
        case "done":
          return resolve(reply.facts);
        case "rejected":
          return reject(toRejection(reply));
        case "failed":
          return reject(Object.assign(new Error(reply.message), { name: reply.name, stack: reply.stack }));
      }
    };
    return promise;
  }
  return {
    async run(source, order, { bounds, emit }) {
      hold(child, true);
      await Promise.race([ready.promise, ended.promise]);
      writeAt(file, source, 0);
      const watch = watchUsage(child.pid ?? 0, bounds, (exceeded) => {
        bound = exceeded;
        kill();
      });
      try {
        const answered = answer(emit);
        send({ order, bytes: source.length });
        return await Promise.race([answered, ended.promise]);
      } finally {
        watch.stop();
        onReply = undefined;
        if (alive) empty(file);
        hold(child, false);
      }
    },
    // A killed child lives on until the kernel has ended it: the next picture must not wait for that, and be blamed for it.
    isAlive: () => alive && !child.killed,
    kill,
    pid: child.pid ?? 0,
  };
}

/** Lets the child keep this process alive, or not. */
function hold(child: ChildProcess, isHeld: boolean): void {
  if (isHeld) {
    child.ref();
    child.channel?.ref();
  } else {
    child.unref();
    child.channel?.unref();
  }
}

function toRejection({
  reason,
  message,
  facts,
  unexpected,
}: Extract<Reply, { kind: "rejected" }>): ImageRejection {
  const cause = unexpected && Object.assign(new Error(unexpected.message), unexpected);
  return new ImageRejection(reason, message, { facts, ...(cause && { cause, isUnexpected: true }) });
}
