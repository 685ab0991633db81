import { ImageEvent } from "@image-pipeline/schema";
import type { Execution, ExecutionStep } from "../workflow/execution.ts";
import { toPlainText, toSeconds } from "./report.ts";
import { pad, shorten, type Terminal, wrap } from "./terminal.ts";

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
  if (columns === undefined) return `${pad("workflow", INDENT)}${pad(key, KEY_COLUMNS)}  ${path}`;
  const shown = pad(shorten(key, KEY_COLUMNS), KEY_COLUMNS);
  const line = `${pad("workflow", INDENT)}${shown}  ${path}`;
  if (line.length <= columns) return paint("dim", line);
  const room = Math.max(columns - INDENT, INDENT);
  const first = `${pad("workflow", INDENT)}${shorten(key, room)}`;
  const rest = wrap(path, room).map((text) => " ".repeat(INDENT) + text);
  return [first, ...rest].map((text) => paint("dim", text)).join("\n");
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
