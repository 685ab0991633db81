import { at, broken, type Resource, resourcesOf, type Stacks } from "../controls/control.ts";
import type { Rule, Rules } from "./rule.ts";

const DISTRIBUTION = "aws_cloudfront_distribution";

type Attributes = Resource["attributes"];
const distributions =
  (holds: (attributes: Attributes) => boolean): Rule =>
  (stacks) =>
    broken(stacks, DISTRIBUTION, ({ attributes }) => holds(attributes));

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}
const behavioursOf = (attributes: Attributes) => [
  attributes.default_cache_behavior,
  ...listOf(attributes.ordered_cache_behavior),
];
const originsOf = ({ origin }: Attributes) => listOf(origin);
/** Returns true if there is an origin, and every one of the kind meets a predicate. */
const everyOrigin = (isOfKind: (origin: unknown) => boolean, holds: (origin: unknown) => boolean) =>
  distributions((attributes) => {
    const origins = originsOf(attributes);
    return origins.length > 0 && origins.filter(isOfKind).every(holds);
  });
const isCustom = (origin: unknown) => at(origin, "custom_origin_config") !== undefined;
const isBucket = (origin: unknown) => !isCustom(origin);
const hasAccessControl = (origin: unknown) => at(origin, "origin_access_control_id") !== undefined;

const usesHttps = distributions((attributes) =>
  behavioursOf(attributes).every((behaviour) =>
    ["https-only", "redirect-to-https"].includes(String(at(behaviour, "viewer_protocol_policy"))),
  ),
);
const usesTls12 = distributions(({ viewer_certificate }) =>
  /^TLSv1\.[23]/.test(String(at(viewer_certificate, "minimum_protocol_version"))),
);
const hasCertificate = distributions(
  ({ viewer_certificate }) => at(viewer_certificate, "acm_certificate_arn") !== undefined,
);
const hasLegacyLog = distributions(({ logging_config }) => logging_config !== undefined);
const hasFirewall = distributions(({ web_acl_id }) => web_acl_id !== undefined);
const hasFailover = distributions(({ origin_group }) => origin_group !== undefined);
const hasRoot = distributions(({ default_root_object }) => default_root_object !== undefined);
const asksOriginsByHttps = everyOrigin(
  isCustom,
  (origin) => at(origin, "custom_origin_config", "origin_protocol_policy") === "https-only",
);
const asksOriginsByTls12 = everyOrigin(isCustom, (origin) =>
  listOf(at(origin, "custom_origin_config", "origin_ssl_protocols")).every((name) => name === "TLSv1.2"),
);

function isKnownBucket(stacks: Stacks, origin: unknown): boolean {
  const names = resourcesOf(stacks, "aws_s3_bucket").map(({ attributes }) => String(attributes.bucket));
  return names.some((name) => String(at(origin, "domain_name")).startsWith(`${name}.s3.`));
}

/** The checks of CloudFront, its headers, the URLs of functions, and records. */
export const EDGE_RULES: Rules = {
  CKV_AWS_34: usesHttps,
  "AWS-0012": usesHttps,
  "CloudFront.3": usesHttps,
  CKV_AWS_68: hasFirewall,
  CKV2_AWS_47: hasFirewall,
  "AWS-0011": hasFirewall,
  "CloudFront.6": hasFirewall,
  CKV_AWS_86: hasLegacyLog,
  "AWS-0010": hasLegacyLog,
  "CloudFront.5": hasLegacyLog,
  CKV_AWS_174: usesTls12,
  "AWS-0013": usesTls12,
  "CloudFront.15": usesTls12,
  CKV_AWS_216: distributions(({ enabled }) => enabled === true),
  CKV_AWS_305: hasRoot,
  "CloudFront.1": hasRoot,
  CKV_AWS_310: hasFailover,
  "CloudFront.4": hasFailover,
  CKV_AWS_374: distributions(
    ({ restrictions }) => at(restrictions, "geo_restriction", "restriction_type") === "whitelist",
  ),
  CKV2_AWS_32: distributions((attributes) =>
    behavioursOf(attributes).every((one) => at(one, "response_headers_policy_id") !== undefined),
  ),
  CKV2_AWS_42: hasCertificate,
  "CloudFront.7": hasCertificate,
  "CloudFront.8": distributions(
    ({ viewer_certificate }) => at(viewer_certificate, "ssl_support_method") === "sni-only",
  ),
  CKV2_AWS_46: everyOrigin(isBucket, hasAccessControl),
  "CloudFront.13": everyOrigin(isBucket, hasAccessControl),
  "CloudFront.16": everyOrigin(isCustom, hasAccessControl),
  CKV2_AWS_54: asksOriginsByTls12,
  "CloudFront.10": asksOriginsByTls12,
  CKV2_AWS_72: asksOriginsByHttps,
  "CloudFront.9": asksOriginsByHttps,
  "CloudFront.12": (stacks) =>
    broken(stacks, DISTRIBUTION, ({ attributes }) => {
      const origins = originsOf(attributes);
      return origins.length > 0 && origins.filter(isBucket).every((one) => isKnownBucket(stacks, one));
    }),
  CKV_AWS_259: (stacks) =>
    broken(stacks, "aws_cloudfront_response_headers_policy", ({ attributes }) => {
      const strict = at(attributes.security_headers_config, "strict_transport_security");
      return Number(at(strict, "access_control_max_age_sec")) >= 31_536_000 && at(strict, "preload") === true;
    }),
  CKV_AWS_258: (stacks) =>
    broken(
      stacks,
      "aws_lambda_function_url",
      ({ attributes }) => attributes.authorization_type === "AWS_IAM",
    ),
  CKV2_AWS_75: (stacks) =>
    broken(
      stacks,
      "aws_lambda_function_url",
      ({ attributes }) => !listOf(at(attributes.cors, "allow_origins")).includes("*"),
    ),
  CKV2_AWS_23: (stacks) =>
    broken(stacks, "aws_route53_record", ({ attributes }) => attributes.alias !== undefined),
};
