/** The longest time without any progress, on a machine that is busy with other work too. */
export const NO_PROGRESS_MILLISECONDS = 10 * 60_000;

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
