import { USAGE, UserFault } from "@image-pipeline/schema/user-fault";
import { closestMatch } from "leven";

/**
 * Suggests a known name for a word: `did you mean "thumb"? (there are thumb, large)`.
 *
 * @param known the names that exist; at least one
 */
export function didYouMean(word: string, known: readonly string[]): string {
  const all = known.join(", ");
  const lower = known.map((name) => name.toLowerCase());
  const closest = closestMatch(word.toLowerCase(), lower, { maxDistance: Math.ceil(0.4 * word.length) });
  const meant = closest === undefined ? undefined : known[lower.indexOf(closest)];
  if (meant !== undefined) return `did you mean "${meant}"? (there are ${all})`;
  return known.length === 1 ? `there is only ${all}` : `there are ${all}`;
}

/** A word that is not a subcommand. */
export function unknownWord(command: string, word: string, known: readonly string[]): UserFault {
  const guess = known.includes(word)
    ? `write "${command} ${word}" before the options`
    : didYouMean(word, known);
  return new UserFault(`unknown command "${command} ${word}": ${guess}`, USAGE);
}
