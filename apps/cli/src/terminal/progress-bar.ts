import { toCount, toDuration } from "./units.ts";

const WIDTH = 24;

export interface Advance {
  done: number;
  total: number;
  /** Since the start of the run. */
  seconds: number;
}

/** A progress bar with rate and time left: `[######------]  1,200 of 4,800  25%  40/s  1m 30s left`. */
export function toBar({ done, total, seconds }: Advance): string {
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const filled = Math.round(share * WIDTH);
  const bar = `[${"#".repeat(filled)}${"-".repeat(WIDTH - filled)}]`;
  const count = `${toCount(done)} of ${toCount(total)}  ${Math.floor(share * 100)}%`;
  const perSecond = seconds > 0 ? done / seconds : 0;
  if (perSecond === 0) return `${bar}  ${count}`;
  const left = Math.max(0, total - done) / perSecond;
  return `${bar}  ${count}  ${perSecond.toFixed(perSecond < 10 ? 1 : 0)}/s  ${toDuration(left)} left`;
}
