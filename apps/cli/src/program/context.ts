import type { Clock } from "@image-pipeline/local/clock";
import type { Runtime } from "@image-pipeline/local/running-runtimes";
import type { Pipeline } from "@image-pipeline/schema/config";
import type { Terminal } from "../terminal/terminal.ts";

/** Finds the local runtimes that run on this machine. */
export type RuntimeFinder = () => Promise<readonly Runtime[]>;

/** Everything that a command gets besides its arguments and options. */
export interface Context {
  terminal: Terminal;
  /** Aborts on Ctrl-C: a run then ends in order and reports it. */
  signal: AbortSignal;
  variables: Readonly<Record<string, string | undefined>>;
  clock: Clock;
  /** A number from 0 to 1, without 1. */
  random(): number;
  /** The settings of every environment. */
  pipelines(): Promise<ReadonlyMap<string, Pipeline>>;
  runtimes: RuntimeFinder;
  /** Asks a person yes or no; null without a terminal. */
  confirm: ((question: string) => Promise<boolean>) | null;
}
