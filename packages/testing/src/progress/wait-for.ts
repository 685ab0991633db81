import { ProgressDeadline } from "./progress-deadline.ts";

const INTERVAL_MILLISECONDS = 100;

interface Wait<State> {
  /** Reads the state. It must only contain what shows progress: no request ids. */
  read(): Promise<State> | State;
  until(state: State): boolean;
  /** Another sign of progress, such as the output of a process. */
  progress?(): unknown;
}

/**
 * Waits for a state.
 *
 * @throws {Error} with the last state if neither it nor `progress` changes any more
 */
export async function waitFor<State>({ read, until, progress }: Wait<State>): Promise<State> {
  const expired = Promise.withResolvers<never>();
  let last = "undefined";
  const deadline = new ProgressDeadline((reason) =>
    expired.reject(new Error(`${reason}; the last state was ${last}`)),
  );
  let isOver = false;
  const poll = async (): Promise<State> => {
    for (let seen = ""; ; ) {
      const state = await read();
      last = JSON.stringify(state) ?? "undefined";
      if (until(state)) return state;
      const now = `${last} ${JSON.stringify(progress?.())}`;
      if (now !== seen) deadline.renew();
      seen = now;
      if (isOver) return expired.promise;
      await new Promise((resolve) => setTimeout(resolve, INTERVAL_MILLISECONDS));
    }
  };
  try {
    return await Promise.race([poll(), expired.promise]);
  } finally {
    isOver = true;
    deadline.stop();
  }
}
