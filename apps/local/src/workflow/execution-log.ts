import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { toImageIds } from "@image-pipeline/schema/events";
import { toJsonLine } from "@image-pipeline/schema/plain-text";
import { OWNER_ONLY } from "../services/data-folder.ts";
import type { StateMachine } from "../topology/topology.ts";

/** The end of an attempt of a step, or of the whole execution. */
export interface ExecutionProgress {
  /** The execution's ARN. */
  execution: string;
  /** The step's name; null for the execution. */
  state: string | null;
  milliseconds: number;
  /** The error's name; null if it succeeded. */
  error: string | null;
}

/** Writes `Render succeeded`, or `the execution failed with IMAGE_FAILED`. */
export function toProgressText({ state, error }: Pick<ExecutionProgress, "state" | "error">): string {
  return `${state ?? "the execution"} ${error === null ? "succeeded" : `failed with ${error}`}`;
}

/** Called with the input of the execution. */
export type LogProgress = (
  machine: Pick<StateMachine, "name">,
  input: unknown,
  progress: ExecutionProgress,
) => void;

/** Returns a function that writes the history of executions to a file beside the logs of the functions. AWS keeps it for 90 days. */
export function executionLog(folder: string, now: () => number): LogProgress {
  mkdirSync(folder, { recursive: true, mode: OWNER_ONLY });
  return ({ name }, input, progress) => {
    const { execution, state, milliseconds, error } = progress;
    const [ids] = toImageIds(input);
    const line = toJsonLine({
      timestamp: new Date(now()).toISOString(),
      level: error === null ? "INFO" : "ERROR",
      message: toProgressText(progress),
      ...ids,
      execution,
      state,
      milliseconds,
      ...(error !== null && { code: error }),
    });
    appendFileSync(join(folder, `${name}.log`), `${line.trimEnd()}\n`);
  };
}
