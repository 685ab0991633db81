import type { DeadLetterProgress } from "@image-pipeline/console/api/dead-letters";
import type { Clock } from "@image-pipeline/local/clock";

/** The task that runs at the moment. Tasks wait for each other: two readers of a queue would each see a part of it. */
export interface Tasks {
  /** @param run gets a function for the number of messages so far */
  inTurn<Result>(
    task: Omit<DeadLetterProgress, "done">,
    run: (onDone: (count: number) => void) => Promise<Result>,
  ): Promise<Result>;
  /** The running task with its progress, and null while there is none. */
  follow(signal: AbortSignal): AsyncGenerator<DeadLetterProgress | null>;
}

const LOOK_MILLISECONDS = 200;

export function tasks(clock: Pick<Clock, "sleep">): Tasks {
  let current: DeadLetterProgress | null = null;
  let last: Promise<unknown> = Promise.resolve();
  return {
    inTurn(task, run) {
      const result = last.then(async () => {
        current = { ...task, done: 0 };
        try {
          return await run((done) => {
            current = { ...task, done };
          });
        } finally {
          current = null;
        }
      });
      last = result.catch(() => {});
      return result;
    },
    async *follow(signal) {
      let shown: DeadLetterProgress | null | undefined;
      while (!signal.aborted) {
        if (shown !== current) {
          shown = current;
          yield shown;
        }
        await clock.sleep(LOOK_MILLISECONDS, signal);
      }
    },
  };
}
