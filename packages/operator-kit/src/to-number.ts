import { USAGE, UserFault } from "./user-fault.ts";

/**
 * The number an option was given.
 *
 * @param bounds both inclusive
 * @throws {UserFault} when it is none, or out of its bounds
 */
export function toNumber(
  option: string,
  text: string,
  bounds: { least: number; most?: number; whole?: boolean },
): number {
  const { least, most = Number.MAX_SAFE_INTEGER, whole = false } = bounds;
  const number = Number(text);
  const isFit =
    text.trim() !== "" && number >= least && number <= most && (!whole || Number.isInteger(number));
  if (isFit) return number;
  const upTo = bounds.most === undefined ? " or more" : ` to ${most}`;
  throw new UserFault(
    `${option} must be a ${whole ? "whole " : ""}number, ${least}${upTo}, not "${text}"`,
    USAGE,
  );
}
