import type { Rendition } from "@image-pipeline/schema/manifest";
import type { ImageDetails } from "../../api/images.ts";
import { toBytes } from "../../parts/format.ts";
import { Picture } from "../../parts/picture.tsx";

/** All renditions beside each other; the chosen one is compared with the source. */
export function Renditions({
  renditions,
  shown,
  source,
  onChoose,
}: {
  renditions: readonly Rendition[];
  shown: string | undefined;
  source: ImageDetails["source"];
  onChoose(key: string): void;
}) {
  return (
    <section aria-labelledby="renditions">
      <h2 id="renditions">Renditions</h2>
      <ul class="renditions">
        {renditions.map(({ key, preset, format, width, height, bytes, pages }) => (
          <li key={key}>
            <button type="button" aria-pressed={key === shown} onClick={() => onChoose(key)}>
              <Picture rendition={key} placeholder={null} />
              <strong>
                {preset} {format}
              </strong>
              <span>
                {width} × {height}
                {pages > 1 && ` · ${pages} frames`}
              </span>
              <span>
                {toBytes(bytes)}
                {source !== null &&
                  source.bytes > 0 &&
                  ` · ${Math.round((100 * bytes) / source.bytes)} % of the source`}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
