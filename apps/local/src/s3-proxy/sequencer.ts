import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../clock.ts";

/** How far ahead of the last sequencer the file's mark stands, in milliseconds: how seldom it is written. */
const RESERVED_MILLISECONDS = 60_000;
const STEPS_PER_MILLISECOND = 1n << 20n;

/**
 * S3's sequencer: hexadecimal text that rises with every event, across restarts too. It is the time, counted on within
 * a millisecond; a mark in the data directory, always ahead of it, holds even if the machine's clock is set back.
 */
export function sequencer(clock: Pick<Clock, "now">, folder: string): () => string {
  const file = join(folder, "sequencer");
  let last = BigInt(readMark(file)) * STEPS_PER_MILLISECOND;
  let reservedUntil = 0n;
  return () => {
    const now = BigInt(clock.now()) * STEPS_PER_MILLISECOND;
    last = now > last ? now : last + 1n;
    if (last >= reservedUntil) {
      const mark = last / STEPS_PER_MILLISECOND + BigInt(RESERVED_MILLISECONDS);
      writeFileSync(file, String(mark));
      reservedUntil = mark * STEPS_PER_MILLISECOND;
    }
    return last.toString(16).toUpperCase().padStart(18, "0");
  };
}

function readMark(file: string): number {
  try {
    return Number.parseInt(readFileSync(file, "utf8"), 10) || 0;
  } catch {
    return 0;
  }
}
