/** The exit code of a command that was called wrongly. */
export const USAGE = 2;

/** Something the person at the terminal can put right: its message is the whole of what they are shown. */
export class UserFault extends Error {
  override readonly name = "UserFault";
  /** Undefined for the command's own code for a run that failed. */
  readonly exitCode: number | undefined;

  constructor(message: string, exitCode?: number, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
