/** Something the caller can put right; the message says what and how. */
export class UserFault extends Error {
  override name = "UserFault";
}
