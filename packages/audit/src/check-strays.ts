import type { Audit } from "./audit-rules.ts";
import { fateOfUnnamed, toOrphan } from "./check-renditions.ts";
import { type Finding, type ImageReport, soundReport } from "./findings.ts";
import type { ImageIds } from "./image-ids.ts";

/** Checks renditions of images that have neither source nor manifest: a report for each such image with old ones. */
export async function* checkStrays(
  known: ImageIds,
  { ports: { renditions }, rules }: Audit,
): AsyncGenerator<ImageReport> {
  for await (const imageId of renditions.imageIds()) {
    // A report for each image, so that a caller can stop when its time is up.
    yield soundReport("elsewhere");
    if (known.has(imageId)) continue;
    const findings: Finding[] = [];
    let expiring = 0;
    for await (const rendition of renditions.list(imageId)) {
      const fate = await fateOfUnnamed(rendition, false, { store: renditions, rules });
      if (fate === "expiring") expiring++;
      if (fate === "orphan") findings.push(toOrphan(rendition.key, null));
    }
    if (findings.length + expiring === 0) continue;
    const remedy = { publish: null, remove: findings.map(({ key }) => key) };
    yield { ...soundReport("stray"), findings, expiring, remedy };
  }
}
