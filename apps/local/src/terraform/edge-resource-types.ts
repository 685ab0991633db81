import { z } from "zod";
import { BucketPolicy } from "../topology/bucket-policy.ts";
import { block, blocks, jsonText, text } from "./attribute-shapes.ts";
import { type ResourceType, resourceType } from "./resource-type.ts";

const unsupported = text.refine((value) => value === null, "is not supported here");
const items = block(z.object({ items: z.array(z.string()).nullish() })).transform(
  (value) => value?.items ?? [],
);
const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);
/** CloudFront's setting for cookies and queries: none of them are part of a cache's key here. */
const none = (name: string) => z.object({ [name]: z.literal("none", "only none is supported here") });

const behaviour = z.object({
  path_pattern: text,
  target_origin_id: z.string(),
  allowed_methods: z.array(z.string()),
  cache_policy_id: z.string("is missing: only behaviours with a cache policy run here"),
  origin_request_policy_id: unsupported,
  response_headers_policy_id: text,
  function_association: blocks(
    z.object({ event_type: z.enum(["viewer-request", "viewer-response"]), function_arn: z.string() }),
  ),
  lambda_function_association: blocks(z.object({})).refine((all) => all.length === 0, "cannot run here"),
  trusted_key_groups: z
    .array(z.string())
    .nullish()
    .transform((value) => value ?? []),
});

export const bucketPolicy = resourceType({
  type: "aws_s3_bucket_policy",
  shape: z.object({ bucket: z.string(), policy: jsonText(BucketPolicy) }),
  inert: [],
});
export const functionUrl = resourceType({
  type: "aws_lambda_function_url",
  shape: z.object({ function_name: z.string(), url_id: z.string() }),
  inert: ["authorization_type", "invoke_mode", "qualifier"],
});
export const distribution = resourceType({
  type: "aws_cloudfront_distribution",
  shape: z.object({
    id: z.string(),
    arn: z.string(),
    domain_name: z.string(),
    enabled: z.boolean(),
    default_root_object: text,
    origin: blocks(z.object({ origin_id: z.string(), domain_name: z.string(), origin_path: unsupported })),
    ordered_cache_behavior: blocks(behaviour),
    default_cache_behavior: block(behaviour),
    custom_error_response: blocks(
      z.object({
        error_code: z.int(),
        error_caching_min_ttl: z.number().nullish(),
        response_page_path: unsupported,
      }),
    ),
  }),
  // A loopback address has no certificate and no domain.
  inert: [
    "aliases",
    "comment",
    "http_version",
    "is_ipv6_enabled",
    "price_class",
    "restrictions",
    "viewer_certificate",
    "web_acl_id",
  ],
});
export const edgeFunction = resourceType({
  type: "aws_cloudfront_function",
  shape: z.object({
    name: z.string(),
    arn: z.string(),
    code: z.string(),
    runtime: z.literal("cloudfront-js-2.0", "only cloudfront-js-2.0 runs here"),
  }),
  inert: ["comment", "publish"],
});
export const cachePolicy = resourceType({
  type: "aws_cloudfront_cache_policy",
  shape: z.object({
    id: z.string(),
    min_ttl: z.number().nullish(),
    default_ttl: z.number().nullish(),
    max_ttl: z.number().nullish(),
    parameters_in_cache_key_and_forwarded_to_origin: block(
      z.object({
        cookies_config: block(none("cookie_behavior")),
        query_strings_config: block(none("query_string_behavior")),
        headers_config: block(z.object({ header_behavior: z.enum(["none", "whitelist"]), headers: items })),
      }),
    ),
  }),
  inert: ["comment", "name"],
});
export const headersPolicy = resourceType({
  type: "aws_cloudfront_response_headers_policy",
  shape: z.object({
    id: z.string(),
    cors_config: block(
      z.object({
        access_control_allow_credentials: flag,
        access_control_allow_headers: items,
        access_control_allow_methods: items,
        access_control_allow_origins: items,
        access_control_expose_headers: items,
        access_control_max_age_sec: z.number().nullish(),
        origin_override: flag,
      }),
    ),
    custom_headers_config: block(
      z.object({ items: blocks(z.object({ header: z.string(), value: z.string(), override: flag })) }),
    ),
    security_headers_config: block(
      z.object({
        content_type_options: block(z.object({ override: flag })),
        strict_transport_security: block(
          z.object({
            access_control_max_age_sec: z.number(),
            include_subdomains: flag,
            preload: flag,
            override: flag,
          }),
        ),
      }),
    ),
  }),
  inert: ["comment", "name"],
});
export const publicKey = resourceType({
  type: "aws_cloudfront_public_key",
  shape: z.object({ id: z.string(), encoded_key: z.string() }),
  inert: ["comment", "name"],
});
export const keyGroup = resourceType({
  type: "aws_cloudfront_key_group",
  shape: z.object({ id: z.string(), items: z.array(z.string()) }),
  inert: ["comment", "name"],
});

export const EDGE_RESOURCE_TYPES: readonly ResourceType[] = [
  bucketPolicy,
  functionUrl,
  distribution,
  edgeFunction,
  cachePolicy,
  headersPolicy,
  publicKey,
  keyGroup,
];
