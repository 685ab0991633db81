const counts = new Intl.NumberFormat("en");
const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
const DURATIONS = [
  [86_400, "d"],
  [3600, "h"],
  [60, "min"],
  [1, "s"],
] as const;

/** `50,000` */
export function toCount(count: number): string {
  return counts.format(count);
}

/** `3 min`, in the largest unit that fits; a dash for none. */
export function toDuration(seconds: number | null): string {
  if (seconds === null) return "–";
  const [size, unit] = DURATIONS.find(([least]) => seconds >= least) ?? [1, "s"];
  return `${Math.round(seconds / size)} ${unit}`;
}

/** `340 ms`, `2.1 s`, `3 min` */
export function toMilliseconds(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  return milliseconds < 60_000 ? `${(milliseconds / 1000).toFixed(1)} s` : toDuration(milliseconds / 1000);
}

/** `1.4 MB`; a dash for none. */
export function toBytes(bytes: number | null): string {
  if (bytes === null) return "–";
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1);
  if (power === 0) return `${bytes} ${bytes === 1 ? "byte" : "bytes"}`;
  const unit = UNITS[power] ?? "byte";
  const value = bytes / 1000 ** power;
  const maximumFractionDigits = value >= 100 ? 0 : 1;
  return new Intl.NumberFormat("en", { style: "unit", unit, maximumFractionDigits }).format(value);
}

const times = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });

/** `28 Nov 2026, 22:31:05`, in the time zone of the browser. */
export function toTime(iso: string): string {
  return times.format(new Date(iso));
}

/** The address of an image's view, whatever characters its key has. */
export function toImagePath(key: string): string {
  return `/images/${encodeURIComponent(key)}`;
}
