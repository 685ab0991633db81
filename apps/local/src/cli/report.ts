import type { Ending } from "../tracking/tracked-uploads.ts";
import type { Deliveries } from "../webhook/webhook.ts";

/** One line for a person. @param milliseconds from the start of the upload; null where this run did not upload it */
export function toLine(ending: Ending, milliseconds: number | null): string {
  const { fate, key, bytes, renditions, reason, reasonText } = ending;
  const size = bytes === null ? "" : toSize(bytes);
  const what =
    fate === "processed"
      ? `→ ${renditions.length} renditions, ${toSize(renditions.reduce((sum, rendition) => sum + rendition.bytes, 0))}`
      : [reason, reasonText].filter(Boolean).join(": ");
  const time = milliseconds === null ? "" : toSeconds(milliseconds);
  return [fate.padEnd(10), toPlainText(key).padEnd(32), size.padStart(8), what, time].join("  ").trimEnd();
}

/** One line for a program: the fields are a contract (DESIGN.md, section 10). */
export function toJson(ending: Ending, milliseconds: number | null): string {
  const renditions = ending.renditions.map(({ preset, format, key, width, height, bytes }) => ({
    preset,
    format,
    key,
    width,
    height,
    bytes,
  }));
  const { key, status, fate, reason, manifestKey } = ending;
  return JSON.stringify({ key, status: status ?? fate, reason, manifestKey, renditions, ms: milliseconds });
}

/** The counts of a run, in one line. */
export function toSummary(endings: readonly Ending[], milliseconds: number): string {
  const counts = new Map<string, number>();
  for (const { fate } of endings) counts.set(fate, (counts.get(fate) ?? 0) + 1);
  const parts = [...counts].map(([fate, count]) => `${count} ${fate}`);
  const renditions = endings.flatMap((ending) => ending.renditions);
  const bytesIn = endings.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
  const bytesOut = renditions.reduce((sum, { bytes }) => sum + bytes, 0);
  const images = `${endings.length} ${endings.length === 1 ? "image" : "images"}`;
  return `${images} in ${toSeconds(milliseconds)}: ${parts.join(", ")}; ${toSize(bytesIn)} in, ${renditions.length} renditions of ${toSize(bytesOut)} out`;
}

/** What became of the result events that go to a webhook, in one line. */
export function toDeliveryLine({ delivered, undelivered, waiting }: Deliveries): string {
  const parts = [
    `${delivered} delivered`,
    ...(undelivered > 0 ? [`${undelivered} not delivered`] : []),
    ...(waiting > 0 ? [`${waiting} still waiting`] : []),
  ];
  return `webhook: ${parts.join(", ")}`;
}

export function toSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

export function toSeconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** A key can hold anything; a terminal must not act on it. */
export function toPlainText(key: string): string {
  return key.replace(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}
