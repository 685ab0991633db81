import { toImageId } from "@image-pipeline/schema/keys";
import { judge } from "./judge.ts";
import { manifestOf, uploadOf } from "./latest-upload.ts";
import type { Story } from "./story.ts";
import { toTimeline } from "./timeline.ts";
import type { ManifestVersion, Traces } from "./traces.ts";

/** Tells the story of an image from the traces that it left. @param chosen the eTag or version id of one upload */
export function tellStory(traces: Traces, chosen?: string): Story {
  const upload = uploadOf(traces, chosen);
  const manifest = upload && manifestOf(traces, upload);
  const { key, bucket, versions, messages, deadLetters, check, unread, nearKeys, logs } = traces;
  return {
    key,
    imageId: toImageId(bucket, key),
    ...judge(traces, chosen),
    uploads: versions,
    timeline: toTimeline(traces),
    manifests: traces.manifests.map(toShown),
    renditions: (manifest?.renditions ?? []).map(({ preset, format, key, width, height, bytes }) => ({
      preset,
      format,
      key,
      width,
      height,
      bytes,
    })),
    renderMilliseconds: manifest?.timings.renderMs ?? null,
    analysis: toAnalysis(traces),
    messages,
    deadLetters,
    check,
    logs: { from: new Date(logs.from).toISOString(), bytesScanned: logs.bytesScanned, usd: logs.usd },
    unread,
    nearKeys,
  };
}

function toShown({ versionId, manifest }: ManifestVersion): Story["manifests"][number] {
  if (manifest === "unreadable")
    return { versionId, updatedAt: null, status: manifest, reason: null, sourceETag: null, renditions: 0 };
  const { updatedAt, status, renditions } = manifest;
  return {
    versionId,
    updatedAt,
    status,
    reason: manifest.status === "rejected" ? manifest.reason : null,
    sourceETag: manifest.status === "deleted" ? null : manifest.source.eTag,
    renditions: renditions.length,
  };
}

function toAnalysis({ analysis }: Traces): Story["analysis"] {
  if (analysis === null) return null;
  if (analysis.status !== "analyzed") return { status: analysis.status, verdict: null, rules: [] };
  const rules = analysis.rules.map(({ label, action, confidence }) => `${action}: ${label} ${confidence}`);
  return { status: analysis.status, verdict: analysis.verdict, rules };
}
