/** An error that the user can fix. Only its message is shown. */
export class UserFault extends Error {
  override name = "UserFault";
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
