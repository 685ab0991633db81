/** Something the person at the terminal can put right: its message is the whole of what they are shown. */
export class UserFault extends Error {
  override name = "UserFault";
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
