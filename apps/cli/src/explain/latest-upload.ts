import type { UploadedManifest } from "@image-pipeline/schema/manifest";
import type { LogLine } from "../logs/log-line.ts";
import type { SourceVersion } from "./story.ts";
import type { Traces } from "./traces.ts";

/** S3 has whole seconds, and its clock is not the functions' one. */
const CLOCKS_DIFFER_MILLISECONDS = 2000;

/** The upload that a story is about: the chosen one, or the newest. Undefined when the key has none or is deleted. */
export function uploadOf({ versions }: Pick<Traces, "versions">, chosen: string | undefined) {
  if (chosen !== undefined)
    return versions.find(({ versionId, eTag }) => versionId === chosen || eTag === chosen);
  const latest = versions.find(({ isLatest }) => isLatest);
  return latest?.eTag === null ? undefined : latest;
}

/** Returns the manifest of an upload, if it is written. */
export function manifestOf(
  { manifests }: Pick<Traces, "manifests">,
  { eTag, versionId }: SourceVersion,
): UploadedManifest | undefined {
  for (const { manifest } of manifests) {
    if (manifest === "unreadable" || manifest.status === "deleted") continue;
    const { source } = manifest;
    const isVersion = versionId === null || source.versionId === null || source.versionId === versionId;
    if (source.eTag === eTag && isVersion) return manifest;
  }
  return undefined;
}

/** Returns the log lines since an upload, oldest first. */
export function linesSince({ logs }: Pick<Traces, "logs">, { at }: SourceVersion): LogLine[] {
  const from = Date.parse(at) - CLOCKS_DIFFER_MILLISECONDS;
  return logs.lines.filter(({ time }) => time !== null && Date.parse(time) >= from);
}
