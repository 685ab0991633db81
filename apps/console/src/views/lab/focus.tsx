import type { FocalPoint, LabPreview } from "../../api/lab.ts";
import { Copy } from "../../parts/copy.tsx";
import { Range } from "./range.tsx";

/** `0.3,0.7`, as an upload's metadata `focus` has it. */
export function toFocusText({ x, y }: FocalPoint): string {
  return `${x},${y}`;
}

const CENTRE = { x: 0.5, y: 0.5 };
const toShare = (value: number) => Math.round(Math.min(1, Math.max(0, value)) * 100) / 100;

/** The whole picture, on which a click chooses the point that `cover` crops keep; two sliders do the same by keyboard. */
export function Focus({
  preview,
  focus,
  onChange,
}: {
  preview: LabPreview;
  /** Null for the config's position. */
  focus: FocalPoint | null;
  onChange(focus: FocalPoint | null): void;
}) {
  const { x, y } = focus ?? CENTRE;
  return (
    <fieldset class="settings focus">
      <legend>Focal point</legend>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the sliders beside it do the same by keyboard */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: see above */}
      <span
        class="focus-picture"
        onClick={(event) => {
          const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
          const [across, down] = [(event.clientX - left) / width, (event.clientY - top) / height];
          onChange({ x: toShare(across), y: toShare(down) });
        }}
      >
        <img
          src={`/api/lab/picture?${new URLSearchParams({ id: preview.id })}`}
          alt="The whole picture: a click sets the focal point"
          width={preview.width}
          height={preview.height}
        />
        {focus && <span class="focus-point" style={{ left: `${x * 100}%`, top: `${y * 100}%` }} />}
      </span>
      <span class="focus-values">
        <Percent label="From the left" share={x} onChange={(x) => onChange({ x, y })} />
        <Percent label="From the top" share={y} onChange={(y) => onChange({ x, y })} />
        {focus === null ? (
          <span class="quiet">The preset's position is used.</span>
        ) : (
          <span class="buttons start">
            <Copy text={`--metadata focus=${toFocusText(focus)}`} label="Copy as metadata" />
            <button type="button" onClick={() => onChange(null)}>
              Without a point
            </button>
          </span>
        )}
      </span>
    </fieldset>
  );
}

function Percent({
  label,
  share,
  onChange,
}: {
  label: string;
  share: number;
  onChange(share: number): void;
}) {
  const percent = Math.round(share * 100);
  return (
    <Range
      label={label}
      min={0}
      max={100}
      value={percent}
      unit=" %"
      onChange={(value) => onChange(toShare(value / 100))}
    />
  );
}
