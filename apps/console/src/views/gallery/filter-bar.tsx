import { type ImageFilters, STATUSES } from "../../api/images.ts";
import { useSession } from "../../client/use-session.ts";
import type { FilterName } from "./use-filters.ts";

const VERDICTS = ["allow", "flag", "quarantine"];

/** One control for each filter; every change is at once in the address. */
export function FilterBar({
  filters,
  onChange,
}: {
  filters: ImageFilters;
  onChange(name: FilterName, value: string): void;
}) {
  const { session } = useSession();
  const choice = (name: FilterName, label: string, options: readonly string[]) => (
    <label>
      {label}
      <select
        value={filters[name] ?? ""}
        onChange={({ currentTarget }) => onChange(name, currentTarget.value)}
      >
        <option value="">any</option>
        {options.map((option) => (
          <option key={option}>{option}</option>
        ))}
      </select>
    </label>
  );
  const input = (name: FilterName, label: string, type: "search" | "date") => (
    <label>
      {label}
      <input
        type={type}
        value={filters[name] ?? ""}
        spellcheck={false}
        onChange={({ currentTarget }) => onChange(name, currentTarget.value)}
      />
    </label>
  );
  return (
    <search class="filters">
      {choice("status", "Status", STATUSES)}
      {choice("reason", "Reason", session?.reasons ?? [])}
      {choice("verdict", "Verdict", VERDICTS)}
      {choice("format", "Format", session?.formats ?? [])}
      {input("prefix", "Key starts with", "search")}
      {input("from", "From", "date")}
      {input("to", "To", "date")}
    </search>
  );
}
