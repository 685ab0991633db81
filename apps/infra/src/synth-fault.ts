import { ConfigError } from "@image-pipeline/schema/config";

/** Something the user can put right before anything is written; the message says what and how. */
export class SynthFault extends Error {
  override name = "SynthFault";
}

/** Ends a command with what the user can put right, in plain words; anything else is ours, and thrown on. */
export function exitOnFault(error: unknown): void {
  if (!(error instanceof ConfigError || error instanceof SynthFault)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
