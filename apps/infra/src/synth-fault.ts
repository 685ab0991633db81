/** Something the user can put right before anything is written; the message says what and how. */
export class SynthFault extends Error {
  override name = "SynthFault";
}
