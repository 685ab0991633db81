import type { LabOutput, LabPreset } from "../../api/lab.ts";
import { Copy } from "../../parts/copy.tsx";
import { Range } from "./range.tsx";

/** The greatest effort of each encoder that has one. */
const MOST_EFFORT: Readonly<Record<string, number>> = { avif: 9, webp: 6 };
const FITS = ["inside", "cover", "contain", "fill"] as const;
const FORMATS = ["avif", "webp", "jpeg", "png"] as const;

/** The controls of a preset: its size, crop and first format. */
export function Settings({
  name,
  preset,
  onChange,
}: {
  name: string;
  preset: LabPreset;
  onChange(preset: LabPreset): void;
}) {
  const [output] = preset.formats;
  if (!output) return null;
  const change = (more: Partial<LabPreset>) => onChange({ ...preset, ...more });
  // The server fills in what a format needs, and names what it does not know.
  const setOutput = (next: LabOutput) => change({ formats: [next] });
  return (
    <fieldset class="settings">
      <legend>Settings of {name}</legend>
      <label>
        Width{" "}
        <input
          type="number"
          min={1}
          max={8192}
          value={preset.width ?? ""}
          onChange={({ currentTarget }) => change({ width: Number(currentTarget.value) || undefined })}
        />
      </label>
      <label>
        Height{" "}
        <input
          type="number"
          min={1}
          max={8192}
          value={preset.height ?? ""}
          onChange={({ currentTarget }) => change({ height: Number(currentTarget.value) || undefined })}
        />
      </label>
      <label>
        Fit{" "}
        <select
          value={preset.fit}
          onChange={({ currentTarget }) =>
            change({ fit: FITS.find((fit) => fit === currentTarget.value) ?? "inside" })
          }
        >
          {FITS.map((fit) => (
            <option key={fit}>{fit}</option>
          ))}
        </select>
      </label>
      <label>
        Format{" "}
        <select
          value={output.format}
          onChange={({ currentTarget }) => setOutput({ format: currentTarget.value })}
        >
          {FORMATS.map((format) => (
            <option key={format}>{format}</option>
          ))}
        </select>
      </label>
      {output.quality !== undefined && (
        <Range
          label="Quality"
          min={1}
          max={100}
          value={output.quality}
          onChange={(quality) => setOutput({ ...output, quality })}
        />
      )}
      {output.effort !== undefined && (
        <Range
          label="Effort"
          min={0}
          max={MOST_EFFORT[output.format] ?? 9}
          value={output.effort}
          onChange={(effort) => setOutput({ ...output, effort })}
        />
      )}
      <Copy text={`${name}: ${JSON.stringify(preset)},`} label="Copy as config" />
    </fieldset>
  );
}
