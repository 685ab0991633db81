const WIDTH = 24;

export interface Advance {
  done: number;
  total: number;
  /** Since the run began. */
  seconds: number;
}

/** A progress bar with its rate and what is left: `[######------]  1,200 of 4,800  25%  40/s  1m 30s left`. */
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

/** `12,345` */
export function toCount(count: number): string {
  return count.toLocaleString("en-GB");
}

/** `1 event`, `2,000 events` */
export function toAmount(count: number, noun: string): string {
  return `${toCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** `45s`, `3m 20s`, `2h 5m`, `3d 4h`; rounded up, so that nothing takes no time. */
export function toDuration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${whole % 60}s`;
  const minutes = Math.ceil(whole / 60);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)}h ${minutes % 60}m`;
  const hours = Math.ceil(minutes / 60);
  return `${Math.floor(hours / 24)}d ${hours % 24}h`;
}
