import { toManifestKey } from "@image-pipeline/schema/keys";
import type { Manifest } from "@image-pipeline/schema/manifest";
import type { Audit } from "./audit-rules.ts";
import { checkManifest, type ImageAudit } from "./check-manifest.ts";
import { type Finding, type ImageReport, soundReport } from "./findings.ts";
import { judgeSource } from "./judge-source.ts";
import type { ListedSource } from "./ports.ts";
import { toDeleteEvent } from "./to-delete-event.ts";
import { toUploadEvent } from "./to-upload-event.ts";

/** An image that changes so often while it is looked at is left for another audit. */
const ATTEMPTS = 3;

/** An image as the listings know it: by its source, by its manifest, or both. */
export interface Listed {
  manifestKey: string;
  source: ListedSource | undefined;
}

/**
 * Checks one image. An object that is missing from a listing is read once more, because the listings are read at different
 * times: the report has no gap that was closed meanwhile.
 */
export async function checkImage(listed: Listed, audit: Audit): Promise<ImageReport> {
  const { manifestKey, source } = listed;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const manifest = await audit.ports.manifests.read(manifestKey);
    if (manifest === "unreadable") return unreadable(manifestKey, source?.key ?? null);
    const report = source
      ? await checkSource(source, manifest, { manifestKey, audit })
      : await checkUnsourced(manifest, { manifestKey, audit });
    if (report) return report;
  }
  return soundReport("pending", source?.key ?? null);
}

/** @returns undefined when the image has changed meanwhile */
async function checkSource(
  source: ListedSource,
  manifest: Manifest | undefined,
  subject: ImageAudit,
): Promise<ImageReport | undefined> {
  const { isCurrent, isProcessed } = subject.audit.rules;
  const verdict = judgeSource(source, manifest, isCurrent);
  const isMade = verdict === "current" || verdict === "older-recipe";
  if (!isMade || !manifest)
    return isProcessed(source.key) ? missing(source, manifest, subject) : soundReport("ignored");
  const report = await checkManifest(manifest, subject);
  return report && { ...report, isOutdated: verdict === "older-recipe" };
}

/** Checks a manifest without a listed source: a tombstone, or an image whose delete event was lost. */
async function checkUnsourced(
  manifest: Manifest | undefined,
  subject: ImageAudit,
): Promise<ImageReport | undefined> {
  const { manifestKey, audit } = subject;
  if (!manifest) return soundReport("deleted");
  const { bucket, key } = manifest.source;
  if (!key.startsWith(audit.rules.prefix)) return soundReport("elsewhere");
  if (bucket !== audit.ports.sources.bucket)
    return { ...soundReport("ignored"), foreignId: manifest.imageId };
  if (toManifestKey(bucket, key) !== manifestKey) return misplaced(manifestKey, key);
  if (manifest.status === "deleted") return checkManifest(manifest, subject);
  const source = await audit.ports.sources.find(key);
  if (source) return soundReport("elsewhere");
  const why = "its source is gone";
  return {
    ...soundReport("broken"),
    findings: [{ gap: "orphaned", what: "manifest", key: manifestKey, source: key, why }],
    remedy: { publish: toDeleteEvent(manifest), remove: [] },
  };
}

/** Reports a source without its manifest. */
async function missing(
  { key, eTag }: ListedSource,
  manifest: Manifest | undefined,
  { manifestKey, audit: { ports, rules } }: ImageAudit,
): Promise<ImageReport> {
  const source = await ports.sources.find(key);
  if (!source) return soundReport("deleted");
  if (source.isGenerated) return soundReport("ignored");
  const isYoung = rules.now.getTime() - source.modifiedAt.getTime() < rules.graceMilliseconds;
  const publish = toUploadEvent({ bucket: ports.sources.bucket, source, manifest });
  if (isYoung || source.eTag !== eTag || !publish) return soundReport("pending", key);
  return {
    ...soundReport("broken"),
    findings: [
      { gap: "missing", what: "manifest", key: manifestKey, source: key, why: whyMissing(manifest) },
    ],
    remedy: { publish, remove: [] },
  };
}

function whyMissing(manifest: Manifest | undefined): string {
  if (!manifest) return "the source has no manifest";
  return manifest.status === "deleted"
    ? "its manifest is a tombstone, but the source exists"
    : "its manifest is of another upload of the source";
}

function unreadable(key: string, source: string | null): ImageReport {
  const why =
    "it is not a manifest of a known version: delete the object, then run npx pipeline backfill --only-stale";
  return brokenManifest({ gap: "corrupt", what: "manifest", key, source, why });
}

function misplaced(key: string, source: string): ImageReport {
  const why =
    "it is the manifest of another key: delete the object, then run npx pipeline backfill --only-stale";
  return brokenManifest({ gap: "corrupt", what: "manifest", key, source, why });
}

function brokenManifest(finding: Finding): ImageReport {
  return { ...soundReport("broken"), findings: [finding] };
}
