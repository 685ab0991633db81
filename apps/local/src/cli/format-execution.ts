import { ImageEvent } from "@image-pipeline/schema/events";
import type { Execution, ExecutionStep } from "../workflow/execution.ts";
import { toPlainText, toSeconds } from "./report.ts";
import { besideOrBelow, pad, shorten, type Terminal } from "./terminal.ts";

const INDENT = 11;
const KEY_COLUMNS = 32;

/** Formats an image's execution of the workflow: each step with its time and its error. */
export function formatExecution(
  body: string,
  { steps, error }: Execution,
  { width, paint }: Pick<Terminal, "width" | "paint">,
): string {
  const columns = width();
  const end = error === null ? [] : ["failed"];
  const path = [...steps.map(toStep), ...end].join(" → ");
  const key = toPlainText(keyOf(body));
  const shown = columns === undefined ? key : shorten(key, columns - INDENT);
  const heading = pad("workflow", INDENT) + pad(shown, KEY_COLUMNS);
  const text = besideOrBelow({ heading, text: path, indent: INDENT }, columns);
  return text
    .split("\n")
    .map((line) => paint("dim", line))
    .join("\n");
}

function toStep({ state, milliseconds, error }: ExecutionStep): string {
  return `${state} ${toSeconds(milliseconds)}${error === null ? "" : ` (${error})`}`;
}

function keyOf(body: string): string {
  try {
    return ImageEvent.parse(JSON.parse(body)).subject;
  } catch {
    return "unrecognised message";
  }
}
