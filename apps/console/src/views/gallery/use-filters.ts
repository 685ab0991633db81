import { useMemo } from "preact/hooks";
import { useSearchParams } from "wouter-preact";
import type { ImageFilters } from "../../api/images.ts";

export const FILTERS = ["status", "reason", "verdict", "format", "prefix", "from", "to"] as const;
export type FilterName = (typeof FILTERS)[number];

/** The filters in the page's address, so that a filtered gallery has a link. */
export function useFilters(): [ImageFilters, (name: FilterName, value: string) => void] {
  const [parameters, setParameters] = useSearchParams();
  const text = parameters.toString();
  const filters = useMemo(() => {
    const given = new URLSearchParams(text);
    const entries = FILTERS.flatMap((name) => {
      const value = given.get(name);
      return value ? [[name, value]] : [];
    });
    return Object.fromEntries(entries);
  }, [text]);
  return [
    filters,
    (name, value) =>
      setParameters(
        (before) => {
          const after = new URLSearchParams(before);
          if (value === "") after.delete(name);
          else after.set(name, value);
          return after;
        },
        { replace: true },
      ),
  ];
}
