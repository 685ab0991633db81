import {
  checkBytes,
  ENGINE,
  type EncodedRendition,
  ImageRejection,
  renderImage,
} from "@image-pipeline/imaging";
import {
  type Facts,
  type ImageUploaded,
  type Manifest,
  type Rendition,
  Source,
  toImageId,
  toManifestKey,
  toRenditionKey,
  toRenditionPrefix,
  toRenditionTag,
} from "@image-pipeline/schema";
import { type Limits, type Presets, toRecipe } from "@image-pipeline/schema/config";
import { decideUploaded, type UploadedDecision } from "./decide.ts";
import { PipelineError } from "./pipeline-error.ts";
import type { Clock, SourceStore } from "./ports.ts";
import { currentTag, type ManifestPorts, settle, supersededBy, writeManifest } from "./write-manifest.ts";

/** A step begins only with this much time left, so that a message is given back rather than its function killed. */
const RESERVE_MILLISECONDS = 3_000;

export interface UploadPorts extends ManifestPorts {
  sources: SourceStore;
  clock: Clock;
  presets: Presets;
  limits: Limits;
  /** Lets one picture render at a time, while the next one's bytes are read. */
  renderTurn: <Result>(work: () => Promise<Result>) => Promise<Result>;
}

/** What became of an upload event. */
export interface UploadOutcome {
  decision: UploadedDecision;
  manifest: Manifest | undefined;
}

/**
 * Decides, reads the pinned source, renders, puts the renditions, and last of all replaces the manifest and sends the
 * result event. A picture that can never be rendered gets a manifest with its reason instead.
 *
 * @throws {PipelineError} what happens to the message is `dispositionOf` it
 */
export async function processUploaded(event: ImageUploaded, ports: UploadPorts): Promise<UploadOutcome> {
  const job = toJob(event, ports);
  const current = await ports.manifests.read(job.manifestKey);
  const decision = decideUploaded(event, current?.manifest, job.recipe);
  if (decision !== "process") return conclude(job, { decision, manifest: current?.manifest }, ports);
  const result = await render(job, ports);
  requireTime(ports.clock, "to write the manifest");
  const outcome = await writeManifest(
    { key: job.manifestKey, store: ports.manifests },
    (now) => decideUploaded(event, now, job.recipe),
    { write: "process", toNext: (now) => toManifest(job, result, now, ports.clock) },
  );
  return conclude(job, outcome, ports);
}

interface Job {
  event: ImageUploaded;
  source: Source;
  imageId: string;
  manifestKey: string;
  recipe: string;
  tag: string;
  startedAt: number;
}

function toJob(event: ImageUploaded, { presets, clock }: UploadPorts): Job {
  const source = Source.parse(event.data);
  const recipe = toRecipe(presets, ENGINE);
  return {
    event,
    source,
    imageId: toImageId(source.bucket, source.key),
    manifestKey: toManifestKey(source.bucket, source.key),
    recipe,
    tag: toRenditionTag(source, recipe),
    startedAt: clock.now().getTime(),
  };
}

/** Sends what has to be sent, and clears away renditions of ours that no manifest names. */
async function conclude(job: Job, outcome: UploadOutcome, ports: UploadPorts): Promise<UploadOutcome> {
  const { decision, manifest } = outcome;
  const prefix = toRenditionPrefix(job.imageId, job.tag);
  if (manifest && (decision === "process" || decision === "duplicate"))
    await settle(manifest, job.manifestKey, ports);
  else if (decision === "resurrect-refused") await ports.renditions.remove(prefix);
  if (decision !== "resurrect-refused" && !currentTag(manifest).includes(job.tag))
    await ports.renditions.expire(prefix);
  return outcome;
}

type Rendered =
  | { facts: Facts; renditions: Rendition[]; renderMs: number }
  | { rejection: ImageRejection; renderMs: number };

async function render(job: Job, ports: UploadPorts): Promise<Rendered> {
  const { clock, presets, limits, renditions: store } = ports;
  const renditions: Rendition[] = [];
  const uploads: Promise<void>[] = [];
  const emit = (encoded: EncodedRendition) => {
    const key = toRenditionKey({ ...job, preset: encoded.preset, extension: encoded.extension });
    renditions.push(toRendition(key, encoded));
    const upload = store.put(key, encoded);
    upload.catch(() => "reported where all uploads are awaited");
    uploads.push(upload);
  };
  let startedAt = clock.now().getTime();
  const renderMs = () => clock.now().getTime() - startedAt;
  try {
    checkBytes(job.source.size, limits);
    const bytes = await ports.sources.read(job.source);
    const facts = await ports.renderTurn(() => {
      requireTime(clock, "to render");
      startedAt = clock.now().getTime();
      return renderImage(bytes, { presets, limits }, emit);
    });
    const rendered = { facts, renditions, renderMs: renderMs() };
    await Promise.all(uploads);
    return rendered;
  } catch (error) {
    await Promise.allSettled(uploads);
    if (error instanceof ImageRejection) return { rejection: error, renderMs: renderMs() };
    throw error;
  }
}

function toRendition(key: string, encoded: EncodedRendition): Rendition {
  const { data, extension: _extension, ...facts } = encoded;
  return { ...facts, key, bytes: data.byteLength };
}

function toManifest(job: Job, rendered: Rendered, current: Manifest | undefined, clock: Clock): Manifest {
  const now = clock.now();
  const common = {
    schema: "image-manifest.v1" as const,
    imageId: job.imageId,
    source: job.source,
    recipe: job.recipe,
    engine: ENGINE,
    eventTime: job.event.time,
    timings: { renderMs: rendered.renderMs, totalMs: now.getTime() - job.startedAt },
    correlationId: job.event.data.correlationId,
    updatedAt: now.toISOString(),
  };
  if ("rejection" in rendered) {
    const { reason, message: reasonText, facts } = rendered.rejection;
    return {
      ...common,
      ...supersededBy(null, current),
      status: "rejected",
      reason,
      reasonText,
      facts,
      renditions: [],
    };
  }
  const { facts, renditions } = rendered;
  return { ...common, ...supersededBy(job.tag, current), status: "processed", facts, renditions };
}

function requireTime(clock: Clock, purpose: string): void {
  const left = clock.remainingMilliseconds();
  if (left < RESERVE_MILLISECONDS) throw new PipelineError("OUT_OF_TIME", `only ${left} ms left ${purpose}`);
}
