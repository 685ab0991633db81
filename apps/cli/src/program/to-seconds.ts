import { USAGE, UserFault } from "@image-pipeline/schema/user-fault";

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * Parses a duration such as `30m`.
 *
 * @param option as in `--since`
 * @throws {UserFault} when it is not a duration
 */
export function toSeconds(option: string): (text: string) => number {
  return (text) => {
    const [, count, unit = ""] = /^(\d+)([smhd])$/.exec(text) ?? [];
    const seconds = UNITS[unit];
    if (seconds !== undefined && Number(count) > 0) return Number(count) * seconds;
    throw new UserFault(`${option} must be a time such as 30m, 1h or 2d, got "${text}"`, USAGE);
  };
}
