/** The exit code of a command that was called the wrong way. */
export const USAGE = 2;

/** An error that the person at the terminal can fix: its message is all that they are shown. */
export class UserFault extends Error {
  override readonly name = "UserFault";
  readonly exitCode: number;

  constructor(message: string, exitCode = 1, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
