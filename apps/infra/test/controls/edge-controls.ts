import { EDGE_RULES } from "../scanners/edge-rules.ts";
import type { Control } from "./control.ts";

/** Returns a control that holds if these scanners' checks pass. */
function control(what: string, ids: readonly string[], where: string): Control {
  return { ids, what, where, faults: (stacks) => ids.flatMap((id) => EDGE_RULES[id]?.(stacks) ?? [id]) };
}
const WHERE = "`delivery/edge-distribution.ts`";

export const EDGE_CONTROLS: readonly Control[] = [
  control(
    "the distribution redirects to HTTPS, and asks its origins over TLS 1.2 only",
    [
      ...["CKV_AWS_34", "AWS-0012", "CloudFront.3", "CKV2_AWS_54", "CKV2_AWS_72"],
      ...["CloudFront.9", "CloudFront.10"],
    ],
    WHERE,
  ),
  control(
    "the distribution has a certificate of its own, SNI, and TLS 1.2 as its minimum",
    ["CKV_AWS_174", "AWS-0013", "CloudFront.15", "CKV2_AWS_42", "CloudFront.7", "CloudFront.8"],
    `${WHERE}, with \`delivery.domain\` in the config`,
  ),
  control(
    "the distribution signs its requests to the bucket and to the resolver's URL",
    ["CKV2_AWS_46", "CloudFront.12", "CloudFront.13", "CloudFront.16"],
    WHERE,
  ),
  control(
    "the distribution is enabled, has a root object, and every behaviour has response headers, HSTS among them",
    ["CKV_AWS_216", "CKV_AWS_305", "CloudFront.1", "CKV2_AWS_32", "CKV_AWS_259"],
    `${WHERE}, \`delivery/edge-policies.ts\``,
  ),
  control("the resolver's URL is for signed requests", ["CKV_AWS_258"], "`delivery/resolver.ts`"),
  control("no function's URL has CORS for every page", ["CKV2_AWS_75"], "`delivery/resolver.ts`"),
  control("no DNS record is without the distribution", ["CKV2_AWS_23"], "`stacks/delivery-stack.ts`"),
];
