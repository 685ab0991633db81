/** A slider with its value, which changes when it is released. */
export function Range({
  label,
  min,
  max,
  value,
  unit = "",
  onChange,
}: {
  label: string;
  min: number;
  max: number;
  value: number;
  unit?: string;
  onChange(value: number): void;
}) {
  return (
    <label>
      {label} {value}
      {unit}{" "}
      <input
        type="range"
        min={min}
        max={max}
        value={value}
        onChange={({ currentTarget }) => onChange(Number(currentTarget.value))}
      />
    </label>
  );
}
