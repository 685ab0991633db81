/** Vitest's own limits for tests that have a `ProgressDeadline`: a slow machine must never reach them. */
export const PATIENT = { testTimeout: 30 * 60_000, hookTimeout: 30 * 60_000 };

/** Time without any output or change of state after which a test gives up. */
const NO_PROGRESS_MILLISECONDS = 5 * 60_000;
const INTERVAL_MILLISECONDS = 100;

/** A deadline that moves with every sign of progress, so that a busy machine only makes a test slower. */
export class ProgressDeadline {
  private readonly milliseconds: number;
  private readonly onExpiry: (reason: string) => void;
  private timer: NodeJS.Timeout;

  constructor(onExpiry: (reason: string) => void, milliseconds = NO_PROGRESS_MILLISECONDS) {
    this.milliseconds = milliseconds;
    this.onExpiry = onExpiry;
    this.timer = this.start();
  }

  renew(): void {
    clearTimeout(this.timer);
    this.timer = this.start();
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private start(): NodeJS.Timeout {
    return setTimeout(
      () => this.onExpiry(`no progress for ${this.milliseconds / 1000} s`),
      this.milliseconds,
    );
  }
}

export interface Wait<State> {
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
