/** `12,345` */
export function toCount(count: number): string {
  return count.toLocaleString("en-GB");
}

/** `1 event`, `2,000 events` */
export function toAmount(count: number, noun: string): string {
  return `${toCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** `950 B`, `12 kB`, `95.6 MB`, `1.2 GB` */
export function toSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 999_500) return `${(bytes / 1000).toFixed(bytes < 9950 ? 1 : 0)} kB`;
  if (bytes < 999_950_000) return `${(bytes / 1e6).toFixed(1)} MB`;
  return `${(bytes / 1e9).toFixed(1)} GB`;
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
