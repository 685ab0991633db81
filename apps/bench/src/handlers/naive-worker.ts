import { Limits, maxFramePixels, type Presets } from "@image-pipeline/schema/config";
import { readEnvironment, WorkerEnvironment } from "@image-pipeline/schema/environment";
import sharp from "sharp";

/**
 * The worker most people write first: read the object, then for each rendition one pipeline and one PUT, each awaited.
 * The same presets and encoder settings, with sharp's defaults for `auto`, for photographs, which stand still; no facts, no checks, no manifest; `fetch` in place of an SDK.
 */
const environment = readEnvironment(WorkerEnvironment, process.env);
const endpoint = process.env.AWS_ENDPOINT_URL;

export async function handler({ Records }: { Records: { body: string }[] }): Promise<void> {
  for (const { body } of Records) {
    const { data } = JSON.parse(body);
    const source = Buffer.from(await (await fetch(`${endpoint}/${data.bucket}/${data.key}`)).arrayBuffer());
    for (const [name, preset] of Object.entries(environment.PRESETS))
      await renderPreset(source, name, preset);
    await fetch(endpoint ?? "", { method: "POST", body: "published" });
  }
}

async function renderPreset(source: Buffer, name: string, preset: Presets[string]): Promise<void> {
  const { width, height, fit, formats } = preset;
  for (const output of formats) {
    const { format, animated, ...settings } = { animated: undefined, ...output };
    if (animated === "only") continue;
    const file = await sharp(source, { limitInputPixels: maxFramePixels(Limits.parse({}), "jpeg") })
      .autoOrient()
      .resize({ ...(width && { width }), ...(height && { height }), fit, withoutEnlargement: true })
      .toFormat(format, Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== "auto")))
      .toBuffer();
    await fetch(`${endpoint}/processed/${name}.${format}`, { method: "PUT", body: Buffer.from(file) });
  }
}
