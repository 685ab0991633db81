import { describe, expect, it } from "vitest";
import { readStacks } from "../../src/terraform/read-stacks.ts";
import { PIPELINE, ref, writeStacks } from "../stack-factory.ts";

const BUCKET = `processed-${ref("data.aws_caller_identity.Account.account_id")}`;
const BEHAVIOUR = {
  target_origin_id: "bucket",
  allowed_methods: ["GET", "HEAD"],
  cached_methods: ["GET", "HEAD"],
  cache_policy_id: ref("aws_cloudfront_cache_policy.Cache.id"),
  response_headers_policy_id: ref("aws_cloudfront_response_headers_policy.Headers.id"),
  function_association: [
    { event_type: "viewer-request", function_arn: ref("aws_cloudfront_function.Request.arn") },
  ],
};
const DISTRIBUTION = {
  comment: "Pictures",
  enabled: true,
  origin: [
    { origin_id: "bucket", domain_name: `${BUCKET}.s3.eu-central-1.amazonaws.com` },
    {
      origin_id: "function",
      domain_name: `${ref("aws_lambda_function_url.Url.url_id")}.lambda-url.eu-central-1.on.aws`,
    },
  ],
  ordered_cache_behavior: [{ ...BEHAVIOUR, path_pattern: "/i/*", target_origin_id: "function" }],
  default_cache_behavior: { ...BEHAVIOUR, trusted_key_groups: [ref("aws_cloudfront_key_group.Signers.id")] },
  custom_error_response: [{ error_code: 403, error_caching_min_ttl: 1 }],
  price_class: "PriceClass_All",
  restrictions: { geo_restriction: { restriction_type: "none" } },
  viewer_certificate: { cloudfront_default_certificate: true },
};
const EDGE = {
  aws_s3_bucket: { Processed: { bucket: BUCKET } },
  aws_s3_bucket_policy: {
    Processed: { bucket: ref("aws_s3_bucket.Processed.bucket"), policy: '{"Statement":{"Effect":"Allow"}}' },
  },
  aws_lambda_function_url: {
    Url: { authorization_type: "AWS_IAM", function_name: ref("aws_lambda_function.Worker.function_name") },
  },
  aws_cloudfront_cache_policy: {
    Cache: {
      name: "cache",
      min_ttl: 1,
      parameters_in_cache_key_and_forwarded_to_origin: {
        cookies_config: { cookie_behavior: "none" },
        query_strings_config: { query_string_behavior: "none" },
        headers_config: { header_behavior: "whitelist", headers: { items: ["X-Format"] } },
      },
    },
  },
  aws_cloudfront_response_headers_policy: {
    Headers: {
      name: "headers",
      cors_config: {
        access_control_allow_origins: { items: ["*"] },
        access_control_allow_methods: { items: ["GET"] },
        access_control_allow_headers: { items: ["range"] },
        access_control_max_age_sec: 60,
        origin_override: true,
      },
      security_headers_config: {
        content_type_options: { override: true },
        strict_transport_security: { access_control_max_age_sec: 60, preload: true, override: true },
      },
      custom_headers_config: { items: [{ header: "x-a", value: "b", override: false }] },
    },
  },
  aws_cloudfront_function: {
    Request: { name: "request", runtime: "cloudfront-js-2.0", code: "1", publish: true },
  },
  aws_cloudfront_public_key: { A: { name: "a", encoded_key: "PEM" } },
  aws_cloudfront_key_group: { Signers: { name: "signers", items: [ref("aws_cloudfront_public_key.A.id")] } },
};

function read(distribution: object = {}, others: object = {}) {
  const aws_cloudfront_distribution = { Edge: { ...DISTRIBUTION, ...distribution } };
  const core = { ...PIPELINE, ...EDGE, ...others, aws_cloudfront_distribution };
  return readStacks(writeStacks({ core }), "http://127.0.0.1:4566").distributions;
}

describe("a distribution in a stack", () => {
  it("is read with everything that its behaviours refer to", () => {
    const cache = { minSeconds: 1, defaultSeconds: 86_400, maxSeconds: 31_536_000, headers: ["x-format"] };
    const headers = {
      cors: {
        origins: ["*"],
        methods: ["GET"],
        headers: ["range"],
        maxAgeSeconds: 60,
        exposed: [],
        allowsCredentials: false,
        isOverride: true,
      },
      headers: [
        { name: "x-content-type-options", value: "nosniff", isOverride: true },
        { name: "strict-transport-security", value: "max-age=60; preload", isOverride: true },
        { name: "x-a", value: "b", isOverride: false },
      ],
    };
    const common = { methods: ["GET", "HEAD"], cache, headers, viewerResponse: null };
    expect(read()).toMatchObject([
      {
        id: expect.stringMatching(/^E[0-9A-F]{13}$/),
        arn: expect.stringMatching(/^arn:aws:cloudfront::000000000000:distribution\/E/),
        errorSeconds: new Map([[403, 1]]),
        behaviours: [
          {
            ...common,
            pathPattern: "/i/*",
            origin: { kind: "function", functionName: "worker", urlId: "worker" },
            viewerRequest: { name: "request", code: "1" },
            trustedKeys: null,
          },
          {
            ...common,
            pathPattern: "*",
            origin: { kind: "bucket", bucket: "processed-000000000000" },
            trustedKeys: new Map([[expect.stringMatching(/^K/), "PEM"]]),
          },
        ],
      },
    ]);
  });

  it("is left out while it is disabled", () => {
    expect(read({ enabled: false })).toEqual([]);
  });

  it.each([
    ["a Lambda@Edge function", { lambda_function_association: [{}] }, "cannot run here"],
    ["an origin request policy", { origin_request_policy_id: "p" }, "is not supported here"],
    ["an unknown cache policy", { cache_policy_id: "p" }, "the cache policy p, but no stack defines it"],
    ["an unknown key group", { trusted_key_groups: ["g"] }, "the key group g, but no stack defines it"],
    ["an unknown origin", { target_origin_id: "o" }, "the origin o, but no stack defines it"],
  ])("with %s is one clear error", (_, change, message) => {
    expect(() => read({ default_cache_behavior: { ...BEHAVIOUR, ...change } })).toThrow(message);
  });

  it("with a function for another runtime is one clear error", () => {
    const aws_cloudfront_function = { Request: { name: "r", runtime: "cloudfront-js-1.0", code: "1" } };
    expect(() => read({}, { aws_cloudfront_function })).toThrow("only cloudfront-js-2.0 runs here");
  });
});
