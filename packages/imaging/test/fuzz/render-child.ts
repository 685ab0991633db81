import { readFileSync } from "node:fs";
import { Limits, Presets } from "@image-pipeline/schema/config";
import { Facts } from "@image-pipeline/schema/manifest";
import { z } from "zod";
import { ImageRejection, renderImage } from "../../src/index.ts";

/** Outcome of one file, with the peak of the process's memory and the CPU time of the file. */
export interface Outcome {
  kind: "rendered" | "rejected" | "bug";
  detail: string;
  peakMebibytes: number;
  cpuSeconds: number;
}

const LIMITS = Limits.parse({ inputs: Facts.shape.format.options });
const Order = z.object({ source: z.instanceof(Uint8Array), presets: Presets });

process.on("message", async (message) => {
  const { source, presets } = Order.parse(message);
  const before = process.cpuUsage();
  const { kind, detail } = await renderOnce(source, presets);
  const { user, system } = process.cpuUsage(before);
  const peakMebibytes = peakKibibytes() / 1024;
  const cpuSeconds = (user + system) / 1e6;
  process.send?.({ kind, detail, peakMebibytes, cpuSeconds } satisfies Outcome);
});

/** The peak of this program. `maxRSS` would begin with the memory of the process that started it, which made the picture. */
function peakKibibytes(): number {
  if (process.platform !== "linux") return process.resourceUsage().maxRSS;
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "latin1")) ?? [];
  return Number(kibibytes);
}

async function renderOnce(source: Uint8Array, presets: Presets): Promise<Pick<Outcome, "kind" | "detail">> {
  const expected = Object.values(presets).flatMap(({ formats }) => formats).length;
  let emitted = 0;
  try {
    const facts = await renderImage(source, { presets, limits: LIMITS }, () => emitted++);
    Facts.parse(facts);
    return emitted === expected
      ? { kind: "rendered", detail: "" }
      : { kind: "bug", detail: `${emitted} renditions` };
  } catch (error) {
    if (error instanceof ImageRejection && !error.isUnexpected)
      return { kind: "rejected", detail: `${error.reason}: ${error.message}` };
    return { kind: "bug", detail: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
