import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../clock.ts";

/** The file's mark is this far ahead of the last sequencer, so that it is written at most once a minute. */
const RESERVED_MILLISECONDS = 60_000;
const STEPS_PER_MILLISECOND = 1n << 20n;

/**
 * Returns a source of S3's sequencers: hexadecimal text that increases with every event, also across restarts. It is the
 * time, and a counter within a millisecond. A mark in the data folder, always ahead of it, keeps the order even if the
 * machine's clock is set back.
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
