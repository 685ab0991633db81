import { useEffect, useRef, useState } from "preact/hooks";
import { Link } from "wouter-preact";
import type { ImageSummary } from "../../api/images.ts";
import { Badge } from "../../parts/badge.tsx";
import { toBytes, toCount, toImagePath } from "../../parts/format.ts";
import { Key } from "../../parts/key.tsx";
import { Picture } from "../../parts/picture.tsx";
import { Empty, Loading, ProblemNote } from "../../parts/states.tsx";
import { VirtualList } from "../../parts/virtual-list.tsx";
import { FilterBar } from "./filter-bar.tsx";
import "./gallery.css";
import { UploadArea } from "./upload-area.tsx";
import { useFilters } from "./use-filters.ts";
import { useImages } from "./use-images.ts";

const CARD_WIDTH = 190;
const ROW_HEIGHT = 236;

/** All images, newest first, in rows of cards. */
export default function Gallery() {
  const [filters, setFilter] = useFilters();
  const { images, total, isLoading, isComplete, problem, loadMore } = useImages(filters);
  const { columns, width } = useColumns();
  const rows = Math.ceil(images.length / columns);
  const isFiltered = Object.keys(filters).length > 0;
  const all = `${toCount(total)} ${total === 1 ? "image" : "images"}`;
  const count = isFiltered ? `${toCount(images.length)}${isComplete ? "" : " or more"} of ${all}` : all;
  return (
    <div ref={width}>
      <FilterBar filters={filters} onChange={setFilter} />
      <UploadArea head={<p aria-live="polite">{count}</p>}>
        {problem && <ProblemNote problem={problem} />}
        {isLoading && !problem && <Loading what="images" />}
        {!isLoading && images.length === 0 && isComplete && <NoImages isFiltered={isFiltered} />}
        <VirtualList
          label="Images"
          count={rows}
          rowHeight={ROW_HEIGHT}
          onEnd={loadMore}
          row={(index) => (
            <div class="cards" style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}>
              {images.slice(index * columns, (index + 1) * columns).map((image) => (
                <Card key={image.key} image={image} />
              ))}
            </div>
          )}
        />
        {!isComplete && !isLoading && isFiltered && !problem && (
          <p class="state">
            <button type="button" onClick={loadMore}>
              Search further
            </button>
          </p>
        )}
      </UploadArea>
    </div>
  );
}

function NoImages({ isFiltered }: { isFiltered: boolean }) {
  return isFiltered ? (
    <Empty title="No image meets these filters">
      <Link href="/images">Show all images</Link>
    </Empty>
  ) : (
    <Empty title="There are no images yet">
      <p>Drop some here, or upload them as your application does. They appear at once.</p>
    </Empty>
  );
}

function Card({ image }: { image: ImageSummary }) {
  const { key, status, reason, verdict, format, bytes, width, height } = image;
  return (
    <Link href={toImagePath(key)} class="card">
      <Picture rendition={image.thumbnail} placeholder={image.placeholder} />
      <Key text={key} />
      <span class="card-facts">
        {verdict !== null && verdict !== "allow" ? (
          <Badge status={verdict} tone="warn" />
        ) : (
          <Badge status={status} />
        )}
        <span>
          {reason ??
            [format, width && `${width} × ${height}`, bytes && toBytes(bytes)].filter(Boolean).join(" · ")}
        </span>
      </span>
    </Link>
  );
}

/** The number of cards that fit beside each other. */
function useColumns() {
  const width = useRef<HTMLDivElement>(null);
  const [columns, setColumns] = useState(1);
  useEffect(() => {
    const element = width.current;
    if (!element) return;
    const observer = new ResizeObserver(() =>
      setColumns(Math.max(2, Math.floor(element.clientWidth / CARD_WIDTH))),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { columns, width };
}
