import type { Manifest } from "@image-pipeline/schema/manifest";
import type { Audit } from "./audit-rules.ts";
import { type CheckedRenditions, checkRenditions } from "./check-renditions.ts";
import { type ImageReport, soundReport } from "./findings.ts";
import type { ExistingSource, Manifests } from "./ports.ts";
import { toUploadEvent } from "./to-upload-event.ts";

/** The key of an image's manifest, and the audit. */
export interface ImageAudit {
  manifestKey: string;
  audit: Audit;
}

/** Checks the renditions of a current manifest. @returns undefined when it has changed meanwhile */
export async function checkManifest(
  manifest: Manifest,
  { manifestKey, audit: { ports, rules } }: ImageAudit,
): Promise<ImageReport | undefined> {
  const checked = await checkRenditions(manifest, ports.renditions, rules);
  const isSound = checked.broken.length + checked.orphans.length === 0;
  if (!isSound && !(await isUnchanged(manifestKey, manifest, ports.manifests))) return undefined;
  const report = { ...soundReport(manifest.status), ...toCounts(manifest, checked) };
  if (checked.broken.length === 0)
    return { ...report, remedy: { publish: null, remove: checked.orphans.map(({ key }) => key) } };
  const source = await ports.sources.find(manifest.source.key);
  if (!source) return undefined;
  return { ...report, state: "broken", remedy: toRepair(manifest, source, ports.sources.bucket) };
}

/** Renders broken renditions again. Orphans stay, since the new render may name them. */
export function toRepair(manifest: Manifest, source: ExistingSource, bucket: string): ImageReport["remedy"] {
  return { publish: toUploadEvent({ bucket, source, manifest, isDamaged: true }) ?? null, remove: [] };
}

function toCounts(
  { source }: Manifest,
  { broken, sound, orphans, expiring, hashed }: CheckedRenditions,
): Pick<ImageReport, "findings" | "renditions" | "expiring" | "hashed"> {
  const renditions = sound.map(({ key, sha256 }) => ({ key, sha256, source: source.key }));
  return { findings: [...broken, ...orphans], renditions, expiring, hashed };
}

async function isUnchanged(key: string, manifest: Manifest, manifests: Manifests): Promise<boolean> {
  const now = await manifests.read(key);
  return now !== undefined && now !== "unreadable" && now.updatedAt === manifest.updatedAt;
}
