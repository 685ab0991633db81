import { checkBytes, checkMark, type EncodedRendition, ImageRejection } from "@image-pipeline/imaging";
import { type InvocationClock, requireTime, type SourceStore, withinTime } from "@image-pipeline/lambda-kit";
import type { Limits, Presets } from "@image-pipeline/schema/config";
import type { Source } from "@image-pipeline/schema/events";
import { toRenditionKey } from "@image-pipeline/schema/keys";
import type { Facts, Rendition } from "@image-pipeline/schema/manifest";
import type { RenderImage, RenditionStore } from "./ports.ts";

export interface RenderPorts {
  sources: SourceStore;
  renditions: RenditionStore;
  clock: InvocationClock;
  render: RenderImage;
  presets: Presets;
  limits: Limits;
}

/** The renditions of a source, all written, or the reason why there are none. */
export type Rendered = { renderMs: number } & (
  | { facts: Facts; renditions: Rendition[] }
  | { rejection: ImageRejection }
);

/**
 * Reads the pinned source and renders it. Every rendition is written by the time this returns.
 *
 * @throws {PipelineError} for any cause except the picture itself
 */
export async function renderSource(
  job: { source: Source; imageId: string; tag: string },
  ports: RenderPorts,
): Promise<Rendered> {
  const uploads: Promise<void>[] = [];
  const renditions: Rendition[] = [];
  const emit = (encoded: EncodedRendition) => {
    const key = toRenditionKey({ ...job, preset: encoded.preset, extension: encoded.extension });
    renditions.push(toRendition(key, encoded));
    const upload = ports.renditions.put(key, encoded);
    upload.catch(() => "reported when all uploads are awaited");
    uploads.push(upload);
  };
  try {
    checkBytes(job.source.size, ports.limits);
    requireTime(ports.clock, "to read the source");
    const source = await ports.sources.read(job.source, ports.limits.maxBytes);
    checkMark(source);
    const rendered = await renderBytes(source.bytes, emit, ports);
    await Promise.all(uploads); // mutation: await-uploads
    if (!("facts" in rendered)) return rendered;
    return { ...rendered, renditions: inOrderOfPresets(renditions, ports.presets) };
  } catch (error) {
    await Promise.allSettled(uploads);
    if (error instanceof ImageRejection) return { rejection: error, renderMs: 0 };
    throw error;
  }
}

/** Sorts renditions as the config does: by preset, then by format. The engine renders the largest first. */
function inOrderOfPresets(renditions: readonly Rendition[], presets: Presets): Rendition[] {
  const order = Object.entries(presets).flatMap(([preset, { formats }]) =>
    formats.map(({ format }) => `${preset}.${format}`),
  );
  const position = ({ preset, format }: Rendition) => order.indexOf(`${preset}.${format}`);
  return renditions.toSorted((a, b) => position(a) - position(b));
}

/** Renders and measures the time. @throws {PipelineError} `OUT_OF_TIME` when too little of the invocation is left */
async function renderBytes(
  bytes: Uint8Array,
  emit: (rendition: EncodedRendition) => void,
  { clock, presets, limits, render }: RenderPorts,
): Promise<{ renderMs: number } & ({ facts: Facts } | { rejection: ImageRejection })> {
  const startedAt = clock.now().getTime();
  const renderMs = () => clock.now().getTime() - startedAt;
  try {
    const facts = await withinTime({ clock, limits, purpose: "to render" }, (leftLimits) =>
      render(bytes, { presets, limits: leftLimits }, emit),
    );
    return { facts, renderMs: renderMs() };
  } catch (error) {
    if (error instanceof ImageRejection) return { rejection: error, renderMs: renderMs() };
    throw error;
  }
}

function toRendition(key: string, encoded: EncodedRendition): Rendition {
  const { data, extension: _extension, ...facts } = encoded;
  return { ...facts, key, bytes: data.byteLength };
}
