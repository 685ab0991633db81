import type { z } from "zod";

/** A config that cannot be used; the message lists every fault with its path, one a line. */
export class ConfigError extends Error {
  override name = "ConfigError";
}

/** One line per fault: where it is, then what the value there must be. */
export function faultsOf(parsed: z.ZodSafeParseResult<unknown>): string[] {
  return parsed.success ? [] : parsed.error.issues.flatMap(toFaults);
}

function toFaults(issue: z.core.$ZodIssue): string[] {
  const at = (...more: PropertyKey[]) => [...issue.path, ...more].map(String).join(".") || "config";
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => `${at(key)}: there is no such setting`);
  if (issue.code === "invalid_key")
    return issue.issues.map(({ message }) => `${at()}: the name "${String(issue.path.at(-1))}" ${message}`);
  return [`${at()}: ${toDemand(issue)}`];
}

/** What zod says of types and bounds, as what the value must be. Our own schemas' messages are that already. */
function toDemand(issue: z.core.$ZodIssue): string {
  if (issue.message.startsWith("must ")) return issue.message;
  switch (issue.code) {
    case "invalid_type":
      return issue.message.endsWith("received undefined")
        ? `is missing: must be ${withArticle(issue.expected)}`
        : `must be ${withArticle(issue.expected)}`;
    case "too_small":
      return `must be ${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}${unitOf(issue.origin)}`;
    case "too_big":
      return `must be ${issue.inclusive === false ? "less than" : "at most"} ${issue.maximum}${unitOf(issue.origin)}`;
    case "invalid_value":
      return `must be ${issue.values.map(String).join(" or ")}`;
    default:
      return issue.message;
  }
}

function unitOf(origin: string): string {
  if (origin === "string") return " characters long";
  return origin === "array" ? " in number" : "";
}

function withArticle(type: string): string {
  if (type === "int") return "a whole number";
  if (type === "record") return "an object";
  return `${/^[aeio]/.test(type) ? "an" : "a"} ${type}`;
}
