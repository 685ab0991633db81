import type * as z from "zod";
import { environmentOf } from "../connection/connect.ts";
import type { Context } from "../program/context.ts";
import { DONE } from "../program/exit-codes.ts";
import type { ConsoleAddress } from "./json.ts";
import { type ConsoleOptions, startConsole } from "./start-console.ts";

/** Serves the console until Ctrl-C; its address is the first line. @throws {UserFault} for an unknown environment */
export async function serveConsole(
  { json = false, ...options }: ConsoleOptions & { json?: boolean | undefined },
  context: Context,
): Promise<number> {
  const { terminal, signal } = context;
  const { environment } = options;
  if (environment !== undefined) environmentOf(await context.pipelines(), environment);
  const running = await startConsole(options, context);
  if (json) terminal.json({ address: running.address } satisfies z.infer<typeof ConsoleAddress>);
  else terminal.out([`console  ${running.address}`]);
  terminal.note([running.note]);
  try {
    await running.build();
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener("abort", () => resolve(), { once: true });
      // Started by `npm start`, it ends together with it, even if that is killed.
      if (process.connected) process.once("disconnect", resolve);
    });
    return DONE;
  } finally {
    await running.close();
  }
}
