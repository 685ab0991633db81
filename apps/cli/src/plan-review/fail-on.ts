import { USAGE, UserFault } from "@image-pipeline/schema/user-fault";
import { didYouMean } from "../program/did-you-mean.ts";
import { isWildcard } from "./findings/permissions.ts";
import type { Review } from "./review.ts";

/** The findings for which a plan can be refused, and how each is counted. */
export const FAIL_ON = {
  "destroy-data": ({ dataAtRisk }: Review) => dataAtRisk.length,
  public: ({ publicExposure }: Review) => publicExposure.length,
  "iam-wildcard": ({ permissions }: Review) =>
    permissions.gained.filter(({ grant }) => isWildcard(grant)).length,
  "unknown-policy": ({ permissions }: Review) => permissions.unknown.length,
} as const;
export type FailOn = keyof typeof FAIL_ON;

/** The findings for which the plans are refused, of those in `failOn`. */
export function failures(review: Review, failOn: readonly FailOn[]): FailOn[] {
  return failOn.filter((name) => FAIL_ON[name](review) > 0);
}

/** @throws {UserFault} that names the findings there are */
export function toFailOn(text: string): FailOn[] {
  const names = text.split(",").filter((name) => name !== "");
  return names.map((name) => {
    if (isFailOn(name)) return name;
    throw new UserFault(
      `--fail-on does not know "${name}": ${didYouMean(name, Object.keys(FAIL_ON))}`,
      USAGE,
    );
  });
}

function isFailOn(name: string): name is FailOn {
  return Object.hasOwn(FAIL_ON, name);
}
