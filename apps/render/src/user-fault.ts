/** Something the person at the terminal can put right: its message is the whole of what they are shown. */
export class UserFault extends Error {
  override readonly name = "UserFault";
}
