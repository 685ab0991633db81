import { z } from "zod";

const Members = z.record(z.string(), z.unknown());

/** The value at a path of keys and indices, undefined if there is none. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const members = Members.safeParse(Array.isArray(value) ? { ...value } : value);
  return members.success ? at(members.data[String(key)], ...rest) : undefined;
}

/** Compares two values, with keys in any order; JSON texts by their value, so that white space is no change. */
export function isSame(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}

/** A value as text that is the same for the same value. */
export function canonical(value: unknown): string {
  return JSON.stringify(sorted(unquoted(value))) ?? "";
}

function unquoted(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  const members = Members.safeParse(value);
  if (!members.success) return value;
  return Object.fromEntries(
    Object.entries(members.data)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
