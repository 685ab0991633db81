import { ImageEvent } from "@image-pipeline/schema";
import type { Execution, ExecutionStep } from "../workflow/execution.ts";
import { toPlainText, toSeconds } from "./report.ts";

/** One line for a person: the way of an image through the workflow, each step with its time, and what it met with. */
export function toWay(body: string, { steps, error }: Execution): string {
  const end = error === null ? [] : ["failed"];
  const way = [...steps.map(toStep), ...end].join(" → ");
  return ["workflow".padEnd(10), toPlainText(keyOf(body)).padEnd(32), way].join("  ");
}

function toStep({ state, milliseconds, error }: ExecutionStep): string {
  return `${state} ${toSeconds(milliseconds)}${error === null ? "" : ` (${error})`}`;
}

function keyOf(body: string): string {
  try {
    return ImageEvent.parse(JSON.parse(body)).subject;
  } catch {
    return "a message that is none of ours";
  }
}
