import { closestMatch } from "leven";
import * as z from "zod";

/** A config that cannot be used; the message is what its author reads. */
export class ConfigError extends Error {
  override name = "ConfigError";
}

/**
 * Parses a value with a schema.
 *
 * @returns the parsed value, or one line per error: the setting's path, then what its value must be
 */
export function parseSettings<Schema extends z.ZodType>(schema: Schema, value: unknown) {
  const parsed = schema.safeParse(value, { error: knownKeys });
  return parsed.success
    ? { data: parsed.data, errors: [] }
    : { errors: parsed.error.issues.flatMap(toErrorLines) };
}

/** Lists the known settings in place of zod's message, for an object with an unknown one: an issue itself does not have them. */
function knownKeys({ code, inst }: z.core.$ZodRawIssue): string | undefined {
  if (code !== "unrecognized_keys" || !(inst instanceof z.ZodObject)) return undefined;
  return Object.keys(inst.shape).join(" ");
}

function toErrorLines(issue: z.core.$ZodIssue): string[] {
  const at = (...more: PropertyKey[]) => [...issue.path, ...more].map(String).join(".") || "config";
  if (issue.code === "unrecognized_keys")
    return issue.keys.map(
      (key) => `${at(key)}: unknown setting${toSuggestion(key, issue.message.split(" "))}`,
    );
  if (issue.code === "invalid_key")
    return issue.issues.map(({ message }) => `${at()}: the name "${String(issue.path.at(-1))}" ${message}`);
  return [`${at()}: ${toRequirement(issue)}`];
}

/** Returns ` (did you mean "width"?)` if one of the known names is similar to the given one, or else nothing. */
export function toSuggestion(name: string, known: readonly string[]): string {
  const isBeginning = (one: string) => one.startsWith(name) || name.startsWith(one);
  const similar = closestMatch(name, known, { maxDistance: 1 + Math.floor(name.length / 4) });
  const suggestion = similar ?? known.find(isBeginning);
  return suggestion === undefined ? "" : ` (did you mean "${suggestion}"?)`;
}

/** Rewords zod's messages about types and bounds as requirements; the messages of our schemas are requirements already. */
function toRequirement(issue: z.core.$ZodIssue): string {
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
