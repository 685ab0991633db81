import { constants } from "node:os";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** A clean-up that takes longer is cut short. */
const PATIENCE_MILLISECONDS = 3000;

/** The clean-up of this process, for every way in which it can end. */
export interface Exits {
  /**
   * @param end called in the reverse order of the calls, each after the one before is done
   * @param kill for a hurried end: it must not wait, and may come after `end`
   */
  onEnd(end: () => Promise<void>, kill?: () => void): void;
  /** Ends everything and then this process. */
  leave(code: number): Promise<never>;
  isLeaving(): boolean;
}

/** Takes over the signals: the first ends everything in order, the second at once. */
export function exits(): Exits {
  const ends: { end: () => Promise<void>; kill: () => void }[] = [];
  let leaving: Promise<never> | undefined;

  function killAll(): void {
    for (const { kill } of ends) kill();
  }
  async function endAll(): Promise<void> {
    for (const { end } of ends.toReversed()) await end().catch(() => undefined);
  }
  async function leaveInOrder(code: number): Promise<never> {
    const hurry = setTimeout(() => process.exit(code), PATIENCE_MILLISECONDS);
    await endAll();
    await new Promise((written) => process.stdout.write("", written));
    clearTimeout(hurry);
    process.exit(code);
  }
  function leave(code: number): Promise<never> {
    leaving ??= leaveInOrder(code);
    return leaving;
  }

  process.on("exit", killAll);
  for (const name of SIGNALS) {
    process.on(name, () => {
      const code = 128 + constants.signals[name];
      if (leaving) process.exit(code);
      void leave(code);
    });
  }
  process.stdout.on("error", () => void leave(128 + constants.signals.SIGPIPE));
  return {
    onEnd: (end, kill = () => {}) => void ends.push({ end, kill }),
    leave,
    isLeaving: () => leaving !== undefined,
  };
}
