import { Facts } from "@image-pipeline/schema";
import { Limits, Presets } from "@image-pipeline/schema/config";
import { ImageRejection, renderImage } from "../../src/index.ts";

/** What became of one file. Sizes in MiB: the most that the process ever held. */
export interface Outcome {
  kind: "rendered" | "rejected" | "bug";
  detail: string;
  peakMebibytes: number;
}

const RECIPE = {
  presets: Presets.parse({
    still: { width: 40, formats: ["webp", "jpeg"] },
    playing: { width: 24, height: 24, fit: "cover", formats: [{ format: "webp", animated: "keep" }] },
  }),
  limits: Limits.parse({}),
};

process.on("message", async (source) => {
  const { kind, detail } = await renderOnce(source);
  const peakMebibytes = process.resourceUsage().maxRSS / 1024;
  process.send?.({ kind, detail, peakMebibytes } satisfies Outcome);
});

async function renderOnce(source: unknown): Promise<Pick<Outcome, "kind" | "detail">> {
  if (!(source instanceof Uint8Array)) return { kind: "bug", detail: "the message is not a file" };
  let emitted = 0;
  try {
    const facts = await renderImage(source, RECIPE, () => emitted++);
    Facts.parse(facts);
    return emitted === 3
      ? { kind: "rendered", detail: "" }
      : { kind: "bug", detail: `${emitted} renditions` };
  } catch (error) {
    if (error instanceof ImageRejection)
      return { kind: "rejected", detail: `${error.reason}: ${error.message}` };
    return { kind: "bug", detail: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
