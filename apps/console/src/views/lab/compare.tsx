import { useQuery } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import type { LabPicture, LabPreset } from "../../api/lab.ts";
import { get } from "../../client/request.ts";
import { toBytes, toCount } from "../../parts/format.ts";
import { Loading, ProblemNote } from "../../parts/states.tsx";
import { Table } from "../../parts/table.tsx";

const dollars = new Intl.NumberFormat("en", { style: "currency", currency: "USD" });
const toSource = ({ id }: LabPicture) => `/api/lab/picture?${new URLSearchParams({ id })}`;

/** The picture with the config's preset and with the changed one: a slider between them, and their figures. */
export function Compare({
  pictureKey,
  focus,
  name,
  before,
  after,
}: {
  pictureKey: string;
  /** As `0.3,0.7`; undefined for the upload's own. */
  focus: string | undefined;
  name: string;
  before: LabPreset;
  after: LabPreset;
}) {
  const first = useRendered({ key: pictureKey, focus }, before);
  const second = useRendered({ key: pictureKey, focus }, after);
  const [share, setShare] = useState(50);
  const problem = first.problem ?? second.problem;
  if (problem !== undefined) return <ProblemNote problem={problem} />;
  if (!first.picture || !second.picture) return <Loading what="both pictures" />;
  // Both are shown as large as the larger one.
  const size = first.picture.width > second.picture.width ? first.picture : second.picture;
  return (
    <>
      <Table
        caption="Both pictures"
        columns={["", "Size", "Bytes", "Time", "SSIM", "SSIMULACRA2", "A million files"].map(
          (column) => column || "Preset",
        )}
        numeric={[1, 2, 3, 4, 5, 6]}
        rows={[
          { key: "before", cells: [`${name}, as it is`, ...figures(first.picture)] },
          { key: "after", cells: [`${name}, changed`, ...figures(second.picture)] },
        ]}
      />
      <div class="lab-pictures">
        <img src={toSource(first.picture)} alt="As it is" width={size.width} height={size.height} />
        <img
          src={toSource(second.picture)}
          alt="Changed"
          ref={(element) => element?.style.setProperty("clip-path", `inset(0 0 0 ${share}%)`)}
        />
      </div>
      <label class="field">
        As it is, to the left; changed, to the right
        <input
          type="range"
          min={0}
          max={100}
          value={share}
          onInput={({ currentTarget }) => setShare(Number(currentTarget.value))}
        />
      </label>
      <Stale name={name} preset={after} />
    </>
  );
}

function useRendered({ key, focus }: { key: string; focus: string | undefined }, preset: LabPreset) {
  const json = JSON.stringify(preset);
  const { data, error } = useQuery({
    queryKey: ["lab", key, json, focus],
    queryFn: ({ signal }) =>
      get("/api/lab/render", { key, preset: json, ...(focus !== undefined && { focus }) }, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return { picture: data, problem: error?.message };
}

function figures({
  width,
  height,
  bytes,
  milliseconds,
  ssim,
  ssimulacra2,
  usdPerMillion,
}: LabPicture): string[] {
  return [
    `${width} × ${height}`,
    toBytes(bytes),
    `${milliseconds.toFixed(0)} ms`,
    ssim === null ? "–" : ssim.toFixed(4),
    ssimulacra2 === null ? "–" : ssimulacra2.toFixed(1),
    dollars.format(usdPerMillion),
  ];
}

function Stale({ name, preset }: { name: string; preset: LabPreset }) {
  const json = JSON.stringify(preset);
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: ["lab", "stale", name, json],
    queryFn: () => get("/api/lab/stale", { name, preset: json }),
    // It reads every manifest: it runs when it is asked for.
    enabled: false,
  });
  return (
    <p class="buttons start">
      <button type="button" disabled={isFetching} onClick={() => refetch()}>
        {isFetching ? "Counting …" : "How many images would change?"}
      </button>
      <span role="status">
        {error?.message}
        {data && `${toCount(data.stale)} of ${toCount(data.images)}: npx pipeline backfill --only-stale`}
      </span>
    </p>
  );
}
