import type { ServerResponse } from "node:http";
import type { Clock } from "@image-pipeline/local/clock";
import { toFault } from "../program/to-fault.ts";

/** The values of a channel, as long as its pipeline answers. */
export type Channel = (signal: AbortSignal) => AsyncIterable<unknown>;

export interface EventStream {
  response: ServerResponse;
  signal: AbortSignal;
  clock: Pick<Clock, "sleep">;
}

/** The pause before a channel is tried again after a fault. */
const RETRY_MILLISECONDS = 1000;
/** Proxies and browsers end a connection that says nothing for a while. */
const HEARTBEAT_MILLISECONDS = 15_000;

/**
 * Sends the values of a channel as server-sent events. When the pipeline stops, the page gets the event `lost` with the reason, and
 * the values again as soon as there are any.
 */
export async function sendChannel(channel: Channel, { response, signal, clock }: EventStream): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  response.write("retry: 1000\n\n");
  const heartbeat = setInterval(() => response.write(":\n\n"), HEARTBEAT_MILLISECONDS);
  try {
    while (!signal.aborted) {
      try {
        for await (const value of channel(signal)) response.write(`data: ${JSON.stringify(value)}\n\n`);
      } catch (error) {
        if (signal.aborted) break;
        response.write(`event: lost\ndata: ${JSON.stringify({ problem: toFault(error).message })}\n\n`);
      }
      await clock.sleep(RETRY_MILLISECONDS, signal).catch(() => undefined);
    }
  } finally {
    clearInterval(heartbeat);
    response.end();
  }
}
