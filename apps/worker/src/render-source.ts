import { checkBytes, type EncodedRendition, ImageRejection } from "@image-pipeline/imaging";
import {
  type Clock,
  PipelineError,
  RESERVE_MILLISECONDS,
  requireTime,
  type SourceStore,
} from "@image-pipeline/lambda-kit";
import { type Facts, type Rendition, type Source, toRenditionKey } from "@image-pipeline/schema";
import type { Limits, Presets } from "@image-pipeline/schema/config";
import type { RenderImage, RenditionStore } from "./ports.ts";

export interface RenderPorts {
  sources: SourceStore;
  renditions: RenditionStore;
  clock: Clock;
  render: RenderImage;
  presets: Presets;
  limits: Limits;
  /** Lets one picture render at a time, while the next one's bytes are read. */
  renderTurn: <Result>(work: () => Promise<Result>) => Promise<Result>;
}

/** Renditions that are all written, or why there can be none. */
export type Rendered = { renderMs: number } & (
  | { facts: Facts; renditions: Rendition[] }
  | { rejection: ImageRejection }
);

/**
 * Reads the pinned source and renders it; every rendition is written by the time this returns.
 *
 * @throws {PipelineError} for anything but the picture itself
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
    upload.catch(() => "reported where all uploads are awaited");
    uploads.push(upload);
  };
  try {
    checkBytes(job.source.size, ports.limits);
    requireTime(ports.clock, "to read the source");
    const bytes = await ports.sources.read(job.source);
    const rendered = await ports.renderTurn(() => renderInTime(bytes, emit, ports));
    await Promise.all(uploads);
    return "facts" in rendered ? { ...rendered, renditions } : rendered;
  } catch (error) {
    await Promise.allSettled(uploads);
    if (error instanceof ImageRejection) return { rejection: error, renderMs: 0 };
    throw error;
  }
}

/**
 * Renders within what is left of the invocation. A picture is rejected only for the time it may take, never for time
 * that others used up before it.
 */
async function renderInTime(
  bytes: Uint8Array,
  emit: (rendition: EncodedRendition) => void,
  { clock, presets, limits, render }: RenderPorts,
): Promise<{ renderMs: number } & ({ facts: Facts } | { rejection: ImageRejection })> {
  requireTime(clock, "to render");
  const leftSeconds = (clock.remainingMilliseconds() - RESERVE_MILLISECONDS) / 1000;
  const maxRenderSeconds = Math.max(1, Math.min(limits.maxRenderSeconds, leftSeconds));
  const startedAt = clock.now().getTime();
  const renderMs = () => clock.now().getTime() - startedAt;
  try {
    const facts = await render(bytes, { presets, limits: { ...limits, maxRenderSeconds } }, emit);
    return { facts, renderMs: renderMs() };
  } catch (error) {
    if (!(error instanceof ImageRejection)) throw error;
    if (error.reason === "RENDER_TIMEOUT" && maxRenderSeconds < limits.maxRenderSeconds)
      throw new PipelineError("OUT_OF_TIME", `not rendered in the ${maxRenderSeconds} s that were left`);
    return { rejection: error, renderMs: renderMs() };
  }
}

function toRendition(key: string, encoded: EncodedRendition): Rendition {
  const { data, extension: _extension, ...facts } = encoded;
  return { ...facts, key, bytes: data.byteLength };
}
