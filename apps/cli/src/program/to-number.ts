import { USAGE, UserFault } from "@image-pipeline/schema/user-fault";

/** Bounds are inclusive. */
export interface Bounds {
  least: number;
  most?: number;
  whole?: boolean;
}

/**
 * Parses an option's number.
 *
 * @param option as in `--rate`
 * @throws {UserFault} when it is not a number within the bounds
 */
export function numberOf(option: string, { least, most, whole = false }: Bounds): (text: string) => number {
  const kind = whole ? "a whole number" : "a number";
  const range = most === undefined ? `${kind}, ${least} or more` : `${kind} from ${least} to ${most}`;
  return (text) => {
    const number = Number(text);
    const isInRange = number >= least && number <= (most ?? Number.MAX_SAFE_INTEGER);
    if (text.trim() !== "" && isInRange && (!whole || Number.isInteger(number))) return number;
    throw new UserFault(`${option} must be ${range}, got "${text}"`, USAGE);
  };
}
