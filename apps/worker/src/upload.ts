import { isCurrent } from "@image-pipeline/imaging";
import {
  RESERVE_MILLISECONDS,
  requireAttempt,
  requireTime,
  type Secret,
  type SourceStore,
} from "@image-pipeline/lambda-kit";
import type { RenderSettings } from "@image-pipeline/schema/config";
import { type ImageUploaded, Source } from "@image-pipeline/schema/events";
import { toManifestKey, toRenditionPrefix } from "@image-pipeline/schema/keys";
import type { Manifest, UploadedManifest } from "@image-pipeline/schema/manifest";
import {
  decideUploaded,
  dispositionOf,
  isMadeWith,
  type UploadedDecision,
} from "@image-pipeline/schema/processing";
import {
  announce,
  currentTags,
  discardSuperseded,
  type ImageOutcome,
  type ManifestPorts,
  toManifest,
  toSuccessor,
} from "./manifest.ts";
import { type Rendered, type RenderPorts, renderSource } from "./render.ts";
import { type Job, toJob } from "./upload-job.ts";

export interface UploadPorts extends ManifestPorts, RenderPorts {
  /** The secret of the environment. */
  secret: Secret;
}

export type UploadOutcome = ImageOutcome<UploadedDecision>;

type DecisionPorts = Pick<UploadPorts, "manifests" | keyof RenderSettings | "clock">;
type InspectPorts = DecisionPorts & Pick<UploadPorts, "secret">;
/** @property isNew true if the image had no manifest: it is then written without another read, which costs money and time */
type CommitPorts = ManifestPorts & DecisionPorts & { isNew?: boolean };

/**
 * Renders an upload, then replaces the image's manifest, and last sends the result event. A picture that can never be
 * rendered gets a manifest with the reason.
 *
 * @throws {PipelineError} its disposition decides what happens to the message
 */
export async function processUploaded(event: ImageUploaded, ports: UploadPorts): Promise<UploadOutcome> {
  const sources = readAhead(event, ports);
  const { job, ...outcome } = await decideUpload(event, ports);
  if (outcome.decision !== "process") return announceUpload(job, outcome, ports);
  const rendered = await renderOrDiscard(job, { ...ports, sources });
  const isNew = outcome.manifest === undefined;
  return commitManifest(job, toManifest(job, rendered, ports), { ...ports, isNew });
}

/** Begins to read the source beside its manifest: nearly every picture needs both, and waiting for S3 is paid for. */
function readAhead(
  { data }: ImageUploaded,
  { sources, limits, clock }: Pick<UploadPorts, "sources" | "limits" | "clock">,
): SourceStore {
  const isRead = data.size > 0 && data.size <= limits.maxBytes;
  if (!isRead || clock.remainingMilliseconds() < RESERVE_MILLISECONDS) return sources;
  const reading = sources.read(Source.parse(data), limits.maxBytes);
  reading.catch(() => "thrown by the step that needs the source");
  return { read: () => reading };
}

/** Reads the image's manifest and decides what to do with the upload. */
export async function decideUpload(
  event: ImageUploaded,
  ports: InspectPorts,
): Promise<UploadOutcome & { job: Job }> {
  const { bucket, key } = event.data;
  const [stored, secret] = await Promise.all([
    ports.manifests.read(toManifestKey(bucket, key)),
    ports.secret(),
  ]);
  const manifest = stored?.document;
  const job = toJob(event, { current: manifest, secret }, ports);
  return { job, decision: toDecision(job, manifest, ports), manifest };
}

/** A manifest is current if it was made with the job's recipe, or if the recipe makes no difference for this picture. */
export function toDecision(
  job: Job,
  manifest: Manifest | undefined,
  settings: RenderSettings,
): UploadedDecision {
  const isMade =
    isMadeWith(manifest, job.recipe) ||
    (manifest !== undefined && manifest.status !== "deleted" && isCurrent(manifest, settings));
  return decideUploaded(job.event, manifest, isMade);
}

/** Writes the manifest of a rendered upload, unless a newer event was first, and announces the result. */
export async function commitManifest(
  job: Job,
  manifest: UploadedManifest,
  ports: CommitPorts,
): Promise<UploadOutcome> {
  requireTime(ports.clock, "to write the manifest");
  return announceUpload(job, await replaceManifest(job, manifest, ports), ports);
}

async function replaceManifest(
  job: Job,
  manifest: UploadedManifest,
  ports: CommitPorts,
): Promise<UploadOutcome> {
  const { manifests, clock, isNew = false } = ports;
  for (let attempt = 1; ; attempt++) {
    // A manifest that another event wrote meanwhile fails the condition of the write, and is read then.
    const current = isNew && attempt === 1 ? undefined : await manifests.read(job.manifestKey);
    const decision = toDecision(job, current?.document, ports);
    if (decision !== "process") return { decision, manifest: current?.document };
    await discardSuperseded(current?.document, ports, job.tag);
    const next = toSuccessor(manifest, current?.document, { job, clock });
    if (await manifests.replace(job.manifestKey, current, next)) return { decision, manifest: next };
    requireAttempt(attempt, manifests.kind, job.manifestKey);
  }
}

/**
 * Announces the manifest that an upload has now, and discards renditions of the upload that no manifest names. Those of a
 * rejected or deleted picture are removed at once; others expire, since a reader may have an earlier manifest.
 */
export async function announceUpload(
  job: Job,
  outcome: UploadOutcome,
  ports: ManifestPorts,
): Promise<UploadOutcome> {
  const { decision, manifest } = outcome;
  if (decision === "resurrect-refused") {
    await ports.renditions.remove(toRenditionPrefix(job.imageId, job.tag));
    return outcome;
  }
  if (manifest?.status === "rejected" && decision !== "stale")
    await ports.renditions.remove(toRenditionPrefix(job.imageId, job.tag));
  else await expireUnnamed(job, manifest, ports);
  if (manifest && decision !== "stale") await announce(manifest, job.manifestKey, ports);
  return outcome;
}

async function renderOrDiscard(job: Job, ports: UploadPorts): Promise<Rendered> {
  try {
    return await renderSource(job, ports);
  } catch (error) {
    if (dispositionOf(error) === "stale") await discardRenditions(job, ports);
    throw error;
  }
}

/** Discards the renditions that an earlier attempt wrote of a source that is gone: no later event would find them. */
export async function discardRenditions(
  job: Job,
  ports: Pick<ManifestPorts, "manifests" | "renditions">,
): Promise<void> {
  await expireUnnamed(job, (await ports.manifests.read(job.manifestKey))?.document, ports);
}

async function expireUnnamed(
  job: Job,
  manifest: Manifest | undefined,
  { renditions }: Pick<ManifestPorts, "renditions">,
): Promise<void> {
  if (currentTags(manifest).includes(job.tag)) return;
  await renditions.expire(toRenditionPrefix(job.imageId, job.tag));
}
