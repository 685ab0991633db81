import { writeFileSync } from "node:fs";
import {
  type EncodedRendition,
  ImageRejection,
  renderForAnalysis,
  renderImage,
} from "@image-pipeline/imaging";
import type { Facts } from "@image-pipeline/schema/manifest";
import type { Order, Reply, Request } from "./messages.ts";
import { readAt, writeAt } from "./shared-file.ts";

/** The program of the child process: it renders one picture after the other, and is killed for one that takes too much. */

/** The descriptor of the shared file, after the standard streams and the channel of the messages. */
const SHARED_FILE = 4;

/** Renditions of the running order that the parent has not read yet, and the end of the last one in the file. */
const unread = { count: 0, end: 0 };

function send(reply: Reply): void {
  process.send?.(reply);
}

function place({ data, ...rendition }: EncodedRendition, start: number): void {
  const at = unread.count === 0 ? start : unread.end;
  writeAt(SHARED_FILE, data, at);
  unread.count++;
  unread.end = at + data.length;
  send({ kind: "rendition", rendition, at, length: data.length });
}

/** Does the work and returns the facts, if they are asked for. */
async function work(
  order: Order,
  source: Uint8Array,
  emit: (rendition: EncodedRendition) => void,
): Promise<Facts | null> {
  if (order.work === "render") return renderImage(source, order, emit);
  await renderForAnalysis(source, order, emit);
  return null;
}

async function perform(order: Order, bytes: number): Promise<Reply> {
  try {
    const source = readAt(SHARED_FILE, 0, bytes);
    return { kind: "done", facts: await work(order, source, (rendition) => place(rendition, bytes)) };
  } catch (error) {
    if (error instanceof ImageRejection)
      return {
        ...{ kind: "rejected", reason: error.reason, message: error.message, facts: error.facts },
        ...(error.isUnexpected && { unexpected: describe(error.cause) }),
      };
    return { kind: "failed", ...describe(error) };
  }
}

function describe(error: unknown): { name: string; message: string; stack: string | undefined } {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  return { name, message, stack };
}

/** If the machine's memory runs out, the kernel ends this process and not its parent, which then knows the picture. */
function volunteer(): void {
  try {
    writeFileSync("/proc/self/oom_score_adj", "1000");
  } catch {
    // Only Linux has it.
  }
}

volunteer();
// The parent has ended. A signal, since an exit would wait for a decoder that is still at work.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
process.on("message", async (request: Request) => {
  if ("taken" in request) unread.count--;
  else {
    unread.end = request.bytes;
    send(await perform(request.order, request.bytes));
  }
});
send({ kind: "ready" });
