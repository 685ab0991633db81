import { ConfigError } from "@image-pipeline/schema/config";
import { writeLines } from "@image-pipeline/schema/plain-text";

/** An error that the user can fix; the message has the fix. Nothing has been written. */
export class SynthFault extends Error {
  override name = "SynthFault";
}

/** Prints the message of an error that the user can fix and sets exit code 1; throws any other error again. */
export function exitOnFault(error: unknown): void {
  if (!(error instanceof ConfigError || error instanceof SynthFault)) throw error;
  writeLines(process.stderr, error.message.split("\n"));
  process.exitCode = 1;
}
