import { USAGE, UserFault } from "@image-pipeline/schema/user-fault";
import { closest, distance } from "fastest-levenshtein";

/**
 * Suggests what a word was meant to be: `did you mean "thumb"? (there are thumb, large)`.
 *
 * @param known the names that exist; at least one
 */
export function didYouMean(word: string, known: readonly string[]): string {
  const lower = word.toLowerCase();
  const all = known.join(", ");
  const nearest = closest(
    lower,
    known.map((name) => name.toLowerCase()),
  );
  const isNear = distance(lower, nearest) <= Math.ceil(0.4 * nearest.length);
  if (!isNear) return known.length === 1 ? `there is only ${all}` : `there are ${all}`;
  return `did you mean "${known.find((name) => name.toLowerCase() === nearest)}"? (there are ${all})`;
}

/** A word that is not a subcommand. */
export function unknownWord(command: string, word: string, known: readonly string[]): UserFault {
  const guess = known.includes(word)
    ? `write "${command} ${word}" before the options`
    : didYouMean(word, known);
  return new UserFault(`unknown command "${command} ${word}": ${guess}`, USAGE);
}
