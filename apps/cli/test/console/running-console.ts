import { type Clock, systemClock } from "@image-pipeline/local/clock";
import type { Pipeline } from "@image-pipeline/schema/config";
import { loadPipelines } from "@image-pipeline/schema/load";
import { type ConsoleOptions, type RunningConsole, startConsole } from "../../src/console/start-console.ts";
import type { Context } from "../../src/program/context.ts";
import { terminalOn } from "../../src/terminal/terminal.ts";
import { fakeStreams } from "../fake-terminal.ts";

export interface TestConsole extends RunningConsole {
  /** The address without the token. */
  origin: string;
  /** Everything that was written to the terminal. */
  written: { out: string; error: string };
}

/**
 * A console in this process, on a free port, with nothing of this user's state.
 *
 * @param state the folder for the token and the audit's file
 */
export async function runConsole(
  options: ConsoleOptions,
  {
    state,
    pipelines,
    runtimes = async () => [],
    clock = systemClock,
  }: {
    state: string;
    pipelines?: ReadonlyMap<string, Pipeline>;
    runtimes?: Context["runtimes"];
    clock?: Clock;
  },
): Promise<TestConsole> {
  const streams = fakeStreams({ isTTY: false });
  const running = await startConsole(
    { port: 0, ...options },
    {
      terminal: terminalOn(streams),
      signal: new AbortController().signal,
      variables: { ...process.env, XDG_STATE_HOME: state },
      clock,
      random: Math.random,
      pipelines: async () => pipelines ?? loadPipelines(),
      runtimes,
      confirm: null,
    },
  );
  return { ...running, origin: new URL(running.address).origin, written: streams.written };
}
