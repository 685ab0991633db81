import type { Rendition } from "@image-pipeline/schema/manifest";
import { useState } from "preact/hooks";
import { type ImageDetails, toFileUrl } from "../../api/images.ts";
import { toBytes } from "../../parts/format.ts";

const ZOOMS = [100, 200, 400] as const;

/** A rendition over its source, with a slider between them. */
export function Compare({ rendition, details }: { rendition: Rendition; details: ImageDetails }) {
  const [split, setSplit] = useState(50);
  const [zoom, setZoom] = useState(0);
  const [broken, setBroken] = useState<string>();
  const { key, source, manifest } = details;
  const isSourceShown = source !== null && broken !== key;
  const focus = manifest?.status === "processed" ? manifest.facts.focus : undefined;
  const position = focus ? `${100 * focus.x}% ${100 * focus.y}%` : "center";
  return (
    <section class="compare" aria-label="Comparison with the source">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: an area that scrolls must be reachable by keyboard */}
      <div class="compare-view" tabIndex={0}>
        <div
          class="compare-box"
          style={{
            aspectRatio: `${rendition.width} / ${rendition.height}`,
            width: zoom === 0 ? `min(100%, ${rendition.width}px)` : `${(rendition.width * zoom) / 100}px`,
          }}
        >
          {isSourceShown && (
            <img
              src={toFileUrl("source", key)}
              alt="The source"
              style={{ objectPosition: position }}
              onError={() => setBroken(key)}
            />
          )}
          <img
            src={toFileUrl("rendition", rendition.key)}
            alt={`The rendition ${rendition.preset}, ${rendition.format}`}
            style={{ clipPath: isSourceShown ? `inset(0 0 0 ${split}%)` : "none" }}
          />
          {isSourceShown && <span class="compare-line" style={{ left: `${split}%` }} />}
        </div>
      </div>
      <div class="compare-controls">
        {isSourceShown ? (
          <label>
            Source, {toBytes(source.bytes)}
            <input
              type="range"
              min={0}
              max={100}
              value={split}
              aria-valuetext={`${split} % source`}
              onInput={({ currentTarget }) => setSplit(currentTarget.valueAsNumber)}
            />
            {rendition.preset} {rendition.format}, {toBytes(rendition.bytes)}
          </label>
        ) : (
          <span class="quiet">
            {source === null ? "The source is gone." : "This browser does not show sources of this format."}
          </span>
        )}
        <label>
          Zoom{" "}
          <select value={String(zoom)} onChange={({ currentTarget }) => setZoom(Number(currentTarget.value))}>
            <option value="0">fit</option>
            {ZOOMS.map((percent) => (
              <option key={percent} value={String(percent)}>
                {percent} %
              </option>
            ))}
          </select>
        </label>
      </div>
    </section>
  );
}
