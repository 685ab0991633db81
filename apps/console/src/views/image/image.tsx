import { useQuery, useQueryClient } from "@tanstack/preact-query";
import { useEffect, useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";
import type { ImageDetails } from "../../api/images.ts";
import { readAgain } from "../../client/read-again.ts";
import { get } from "../../client/request.ts";
import { useLive } from "../../client/use-live.ts";
import { Badge } from "../../parts/badge.tsx";
import { Key } from "../../parts/key.tsx";
import { Empty, Loading, ProblemNote } from "../../parts/states.tsx";
import { Compare } from "./compare.tsx";
import { FactList } from "./facts.tsx";
import "./image.css";
import { Renditions } from "./renditions.tsx";
import { Story } from "./story.tsx";

/** One image: its renditions, a comparison with its source, its story, its facts and its manifest. */
export default function Image() {
  const key = useImageKey();
  const client = useQueryClient();
  const queryKey = ["image", key];
  const { data, error } = useQuery({ queryKey, queryFn: () => get("/api/image", { key }) });
  const { problem = error?.message } = useLive("changes", (keys) => {
    if (keys === null || keys.includes(key)) void readAgain(client, queryKey);
  });
  useEffect(() => {
    document.title = `${key} · image pipeline`;
  }, [key]);
  return (
    <>
      <p class="image-key">
        <Key text={key} />
      </p>
      {problem && <ProblemNote problem={problem} retry={() => void readAgain(client, queryKey)} />}
      {!data && !problem && <Loading what="the image" />}
      {data && <Details details={data} />}
    </>
  );
}

/** The key in the page's address. The router's own parameter is decoded in part only. */
function useImageKey(): string {
  useLocation();
  const [encoded = ""] = location.pathname.split("/").slice(2);
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}

function Details({ details }: { details: ImageDetails }) {
  const { source, manifest, isUnreadable, analysis } = details;
  const [chosen, setChosen] = useState<string>();
  if (source === null && manifest === null && !isUnreadable)
    return (
      <>
        <Empty title="There is no such image">
          <p>
            Neither a source nor a manifest has this key. It may never have been uploaded, or it was removed
            long ago.
          </p>
          <Link href="/images">Show all images</Link>
        </Empty>
        <Story imageKey={details.key} version="" />
      </>
    );
  const renditions = manifest?.renditions ?? [];
  const shown = renditions.find(({ key }) => key === chosen) ?? largest(renditions);
  return (
    <>
      <Status details={details} />
      {shown && <Compare rendition={shown} details={details} />}
      {renditions.length > 0 && (
        <Renditions renditions={renditions} shown={shown?.key} source={source} onChoose={setChosen} />
      )}
      <Story imageKey={details.key} version={`${manifest?.updatedAt} ${analysis?.updatedAt}`} />
      <FactList details={details} />
      {manifest && (
        <Json
          title="Manifest"
          at={`s3://${details.processedBucket}/${details.manifestKey}`}
          value={manifest}
        />
      )}
      {analysis && (
        <Json
          title="Analysis"
          at={`s3://${details.processedBucket}/analysis/${analysis.imageId}.json`}
          value={analysis}
        />
      )}
    </>
  );
}

function largest<Size extends { width: number; height: number }>(sizes: readonly Size[]): Size | undefined {
  return sizes.toSorted((a, b) => b.width * b.height - a.width * a.height)[0];
}

function Status({ details: { key, manifest, isUnreadable, analysis, source } }: { details: ImageDetails }) {
  const status = manifest?.status ?? (isUnreadable ? "unreadable" : "waiting");
  return (
    <div class="image-status">
      <Badge status={status} />
      {analysis?.status === "analyzed" && analysis.verdict !== "allow" && (
        <Badge status={analysis.verdict} tone="warn" />
      )}
      {manifest?.status === "rejected" && (
        <span>
          {manifest.reason}: {manifest.reasonText}
        </span>
      )}
      {status === "waiting" && <span>It has a source, but no manifest yet.</span>}
      {status === "deleted" && (
        <span>Its renditions are removed. The manifest keeps late events from bringing it back.</span>
      )}
      {status === "unreadable" && <span>Its manifest is not valid: “Check” repairs it.</span>}
      {manifest?.status === "processed" && source === null && (
        <span>Its source is gone, and its deletion is not processed yet.</span>
      )}
      {source !== null && (
        <Link href={`/lab?${new URLSearchParams({ key })}`}>Try other presets in the lab</Link>
      )}
    </div>
  );
}

function Json({ title, at, value }: { title: string; at: string; value: unknown }) {
  return (
    <details class="json">
      <summary>{title}</summary>
      <p>
        <Key text={at} />
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: an area that scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>{JSON.stringify(value, null, 2)}</pre>
    </details>
  );
}
