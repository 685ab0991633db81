import { isWildcard } from "./findings/permissions.ts";
import type { Review } from "./review.ts";

/** What a plan can be refused for, with what counts as it. */
export const FAIL_ON = {
  "destroy-data": ({ dataAtRisk }: Review) => dataAtRisk.length,
  public: ({ publicExposure }: Review) => publicExposure.length,
  "iam-wildcard": ({ permissions }: Review) =>
    permissions.gained.filter(({ grant }) => isWildcard(grant)).length,
  "unknown-policy": ({ permissions }: Review) => permissions.unknown.length,
} as const;
export type FailOn = keyof typeof FAIL_ON;

/** The reasons the plans are refused for, of those asked about. */
export function failures(review: Review, failOn: readonly FailOn[]): FailOn[] {
  return failOn.filter((name) => FAIL_ON[name](review) > 0);
}

export function isFailOn(name: string): name is FailOn {
  return Object.hasOwn(FAIL_ON, name);
}
