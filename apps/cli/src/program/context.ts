import type { Clock } from "@image-pipeline/local/clock";
import type { Pipeline } from "@image-pipeline/schema/config";
import type { RuntimeFinder } from "../connection/target.ts";
import type { Terminal } from "../terminal/terminal.ts";

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
  /** The local runtimes that run on this machine. */
  runtimes: RuntimeFinder;
  /** Asks a person yes or no; null without a terminal. */
  confirm: ((question: string) => Promise<boolean>) | null;
}
