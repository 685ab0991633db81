import type { ComponentChildren } from "preact";
import type { ImageDetails } from "../../api/images.ts";
import { toBytes, toTime } from "../../parts/format.ts";
import { Key } from "../../parts/key.tsx";

type Fact = readonly [name: string, value: ComponentChildren];

/** Facts of the source, as the worker found them in its bytes, and of its processing. */
export function FactList({ details }: { details: ImageDetails }) {
  const facts = [...sourceFacts(details), ...pictureFacts(details), ...processingFacts(details)];
  return (
    <section aria-labelledby="facts">
      <h2 id="facts">Facts</h2>
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{typeof value === "string" ? <Key text={value} /> : value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function sourceFacts({ uploadBucket, key, source }: ImageDetails): Fact[] {
  if (source === null) return [["Source", "gone"]];
  return [
    ["Source", `s3://${uploadBucket}/${key}`],
    ["Uploaded", toTime(source.modifiedAt)],
    ["Bytes", toBytes(source.bytes)],
    ...(source.versionId === null ? [] : [["Version", source.versionId] as const]),
  ];
}

function pictureFacts({ manifest }: ImageDetails): Fact[] {
  if (manifest === null || manifest.status === "deleted") return [];
  const { exif = {}, ...facts } = manifest.facts ?? {};
  const { format, width, height, pages = 1, colourSpace, colourProfile, bitDepth, dominantColour } = facts;
  const { make, model, lens, takenAt, copyright, creator } = { ...exif, ...facts };
  return known([
    ["Format", format],
    ["Size", width && height ? `${width} × ${height}` : undefined],
    ["Frames", pages > 1 ? String(pages) : undefined],
    ["Colours", [colourSpace, colourProfile, bitDepth && `${bitDepth} bits`].filter(Boolean).join(", ")],
    ["Transparency", facts.hasAlpha ? "yes" : undefined],
    ["Main colour", dominantColour],
    ["Camera", [make, model, lens].filter(Boolean).join(", ")],
    ["Taken", takenAt],
    ["Copyright", copyright],
    ["Creator", creator],
  ]);
}

function processingFacts({ manifest, analysis }: ImageDetails): Fact[] {
  if (manifest === null) return [];
  const verdict = analysis?.status === "analyzed" ? analysis.verdict : undefined;
  const labels = analysis?.status === "analyzed" ? analysis.labels : undefined;
  return known([
    ["Processed", toTime(manifest.updatedAt)],
    [
      "Time",
      "timings" in manifest
        ? `${Math.round(manifest.timings.renderMs)} ms rendering, ${Math.round(manifest.timings.totalMs)} ms in all`
        : undefined,
    ],
    ["Verdict", verdict],
    ["Labels", labels?.map(({ name, confidence }) => `${name} ${Math.round(confidence)} %`).join(", ")],
    ["Correlation id", manifest.correlationId],
    ["Image id", manifest.imageId],
  ]);
}

function known(facts: readonly (readonly [string, string | undefined])[]): Fact[] {
  return facts.flatMap(([name, value]) => (value ? [[name, value] as const] : []));
}
