import { toJsonLine, toPlainText } from "@image-pipeline/schema/plain-text";
import type { Ending } from "../tracking/tracked-uploads.ts";
import type { Deliveries } from "../webhook/webhook.ts";
import { besideOrBelow, type Emphasis, pad, type Style, shorten } from "./terminal.ts";

/** The end of an image, and the other facts of its line. */
export interface ImageReport {
  ending: Ending;
  /** From the start of the upload; null for an image that this run did not upload. */
  milliseconds: number | null;
  /** The part of that in which the worker rendered; null when the manifest does not say. */
  renderMilliseconds: number | null;
  /** The analysis in a few words, such as `allow (simulated)`; null without one. */
  verdict: string | null;
}

const STYLES: Record<Ending["fate"], Style> = {
  processed: "green",
  rejected: "yellow",
  failed: "red",
  lost: "red",
  deleted: "dim",
  superseded: "dim",
  ignored: "dim",
};
const FATE_COLUMNS = 11;
const KEY_COLUMNS = 32;
const GAP = "  ";
/** Lines lose their less important parts below these widths. */
const WIDE = 120;
const NARROW = 70;

/** The style of the word with which an image's line begins. */
export function emphasisOf({ fate }: Pick<Ending, "fate">): Emphasis {
  return { style: STYLES[fate], columns: FATE_COLUMNS };
}

/**
 * One line for a person; on a terminal it fits the width, and only a reason continues below.
 *
 * @param columns undefined for any number
 */
export function toLines(report: ImageReport, columns: number | undefined): string[] {
  return report.ending.fate === "processed"
    ? [toProcessedLine(report, columns)]
    : toReasonLines(report, columns);
}

/** The key gets the columns that the other parts leave, which have the same width for every image. */
function toProcessedLine(report: ImageReport, columns: number | undefined): string {
  const details = toDetails(report, columns).filter((detail) => detail !== "");
  const taken = details.reduce((sum, detail) => sum + GAP.length + detail.length, FATE_COLUMNS);
  const room = columns === undefined ? KEY_COLUMNS : Math.max(8, Math.min(KEY_COLUMNS, columns - taken));
  return [toHeading(report.ending, columns === undefined ? undefined : room, room), ...details]
    .join(GAP)
    .trimEnd();
}

function toReasonLines(report: ImageReport, columns: number | undefined): string[] {
  const room = columns === undefined ? undefined : columns - FATE_COLUMNS;
  const heading = toHeading(report.ending, room, Math.min(KEY_COLUMNS, room ?? KEY_COLUMNS));
  return besideOrBelow({ heading, text: toReason(report).join(GAP), indent: FATE_COLUMNS }, columns);
}

/** @param most columns of the key; undefined for any number @param least columns, filled up with spaces */
function toHeading({ fate, key }: Ending, most: number | undefined, least: number): string {
  const text = toPlainText(key);
  return pad(fate, FATE_COLUMNS) + pad(most === undefined ? text : shorten(text, most), least);
}

function toDetails(report: ImageReport, columns: number | undefined): string[] {
  const { ending, milliseconds, renderMilliseconds, verdict } = report;
  const { bytes, renditions } = ending;
  const count = `${renditions.length} ${renditions.length === 1 ? "rendition" : "renditions"}`;
  const out = toSize(renditions.reduce((sum, rendition) => sum + rendition.bytes, 0));
  const word = (verdict ?? "").replace(/(:| \().*/, "");
  const all = milliseconds === null ? "" : toSeconds(milliseconds);
  const render = renderMilliseconds === null ? null : toSeconds(renderMilliseconds);
  const wait = toSeconds(Math.max(0, (milliseconds ?? 0) - (renderMilliseconds ?? 0)));
  if (columns !== undefined && columns < NARROW) return [word, all];
  if (columns !== undefined && columns < WIDE)
    return [count, pad(word, 10), all && render ? `${render} + ${wait} wait` : all];
  return [
    `${(bytes === null ? "" : toSize(bytes)).padStart(8)} → ${count}, ${out.padStart(8)}`,
    pad(columns === undefined ? (verdict ?? "") : shorten(verdict ?? "", 40), 17),
    all && render ? `${render} render + ${wait} wait` : all,
  ];
}

function toReason({ ending, milliseconds, verdict }: ImageReport): string[] {
  const { reason, reasonText, fate, key } = ending;
  const why = [reason, reasonText].filter(Boolean).join(": ");
  const time = milliseconds === null ? "" : toSeconds(milliseconds);
  const command = fate === "failed" && ending.upload ? `see: ${toDlqCommand(key)}` : "";
  return [why, verdict ?? "", time, command].filter(Boolean).map(toPlainText);
}

/** The command that shows why an image failed, to be pasted into a shell. */
export function toDlqCommand(key: string): string {
  const isPlain = /^[\w./@%+=:,-]+$/.test(key) && !key.startsWith("-");
  return `npx pipeline dlq show ${isPlain ? key : `'${toPlainText(key).replaceAll("'", "'\\''")}'`}`;
}

/** One line for a program. Its fields are a published contract. */
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
  return toJsonLine({ key, status: status ?? fate, reason, manifestKey, renditions, ms: milliseconds });
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

/** The deliveries to a webhook, in one line. */
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

/** Whole minutes as such, everything else in seconds. */
export function toDuration(seconds: number): string {
  return seconds >= 60 && seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}
