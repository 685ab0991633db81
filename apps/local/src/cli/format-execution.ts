import { ImageEvent } from "@image-pipeline/schema/events";
import { toPlainText } from "@image-pipeline/schema/plain-text";
import type { Execution, ExecutionStep } from "../workflow/execution.ts";
import { toSeconds } from "./report.ts";
import { besideOrBelow, pad, shorten } from "./terminal.ts";

const INDENT = 11;
const KEY_COLUMNS = 32;

/** Formats an image's execution of the workflow: each step with its time and its error. */
export function formatExecution(
  body: string,
  { steps, error }: Execution,
  columns: number | undefined,
): string[] {
  const end = error === null ? [] : ["failed"];
  const path = [...steps.map(toStep), ...end].join(" → ");
  const key = toPlainText(keyOf(body));
  const shown = columns === undefined ? key : shorten(key, columns - INDENT);
  const heading = pad("workflow", INDENT) + pad(shown, KEY_COLUMNS);
  return besideOrBelow({ heading, text: path, indent: INDENT }, columns);
}

function toStep({ state, milliseconds, error }: ExecutionStep): string {
  return `${state} ${toSeconds(milliseconds)}${error === null ? "" : ` (${toPlainText(error)})`}`;
}

function keyOf(body: string): string {
  try {
    return ImageEvent.parse(JSON.parse(body)).subject;
  } catch {
    return "unrecognised message";
  }
}
