import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { OUTDATING_EVENTS } from "@image-pipeline/schema/events";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { synthesise } from "../../src/synthesise.ts";
import { aDeployment, synthesised, synthesisedDelivery, temporaryFolder } from "../deployments.ts";
import { statementsOf } from "../policies.ts";

const PEM = "-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----";
const deliver = (delivery: object = {}, others: object = {}) =>
  synthesisedDelivery(aDeployment({ ...others, delivery: { enabled: true, ...delivery } }));
const stack = deliver();
const distribution = stack.one("aws_cloudfront_distribution", "Edge/Distribution");
const distributionArn = stack.reference("aws_cloudfront_distribution", "Edge/Distribution", "arn");
const behaviours = (of = distribution) =>
  z
    .array(z.record(z.string(), z.unknown()))
    .parse([...z.array(z.unknown()).parse(of.ordered_cache_behavior), of.default_cache_behavior]);

describe("the delivery stack", () => {
  it("exists if the delivery is enabled, and is deployed after the core", () => {
    const outdir = temporaryFolder();
    synthesise(aDeployment({ delivery: { enabled: true } }), outdir);
    const { stacks } = JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8"));
    expect(stacks["image-pipeline-delivery"].dependencies).toEqual(["image-pipeline-core"]);
    synthesise(aDeployment(), outdir);
    expect(existsSync(join(outdir, "stacks/image-pipeline-delivery"))).toBe(false);
  });

  it("changes in the core only what may be read through it", () => {
    const { core } = synthesised(aDeployment({ delivery: { enabled: true } }));
    const { core: without } = synthesised(aDeployment());
    expect(Object.keys(core.file.resource).sort()).toEqual(Object.keys(without.file.resource).sort());
    for (const [type, blocks] of Object.entries(core.file.resource))
      if (!["aws_s3_bucket_policy", "aws_kms_key"].includes(type))
        expect(blocks).toEqual(without.file.resource[type]);
  });

  it("speaks HTTP/2 and HTTP/3, compresses nothing, and redirects to HTTPS", () => {
    expect(distribution).toMatchObject({ http_version: "http2and3", is_ipv6_enabled: true });
    for (const behaviour of behaviours())
      expect(behaviour).toMatchObject({
        compress: false,
        viewer_protocol_policy: "redirect-to-https",
        allowed_methods: ["GET", "HEAD", "OPTIONS"],
        cached_methods: ["GET", "HEAD"],
      });
  });

  it("uses no Lambda@Edge, which CloudFront's flat-rate plans exclude", () => {
    for (const behaviour of behaviours()) expect(behaviour.lambda_function_association).toBeUndefined();
  });

  it("signs every request to its origins", () => {
    const controls = [...stack.all("aws_cloudfront_origin_access_control").values()];
    expect(controls.map((one) => one.origin_access_control_origin_type).sort()).toEqual(["lambda", "s3"]);
    for (const control of controls)
      expect(control).toMatchObject({ signing_behavior: "always", signing_protocol: "sigv4" });
    for (const origin of z.array(z.record(z.string(), z.unknown())).parse(distribution.origin))
      expect(origin.origin_access_control_id).toMatch(/^\$\{aws_cloudfront_origin_access_control\./);
  });

  it("caches renditions for a year, redirects for a minute at most, and nothing by query or cookie", () => {
    const policies = stack.all("aws_cloudfront_cache_policy");
    expect(policies.get("Edge/Policies/Renditions")).toMatchObject({ max_ttl: 31_536_000 });
    expect(policies.get("Edge/Policies/Readable")).toMatchObject({ min_ttl: 0, max_ttl: 60 });
    for (const policy of policies.values())
      expect(policy.parameters_in_cache_key_and_forwarded_to_origin).toMatchObject({
        query_strings_config: { query_string_behavior: "none" },
        cookies_config: { cookie_behavior: "none" },
      });
  });

  it("caches manifests for the time of the config", () => {
    const changed = deliver({ manifests: { maxAgeSeconds: 7 } });
    expect(changed.one("aws_cloudfront_cache_policy", "Edge/Policies/Manifests")).toMatchObject({
      min_ttl: 7,
      default_ttl: 7,
      max_ttl: 7,
    });
    const headers = changed.one("aws_cloudfront_response_headers_policy", "Edge/Policies/ManifestHeaders");
    expect(JSON.stringify(headers.custom_headers_config)).toContain("public, max-age=7");
  });

  it("sends nosniff, CORP and HSTS, and CORS headers for the pages of the config only", () => {
    const path = "Edge/Policies/Headers";
    const headers = stack.one("aws_cloudfront_response_headers_policy", path);
    expect(headers).toMatchObject({
      security_headers_config: {
        content_type_options: { override: true },
        strict_transport_security: { access_control_max_age_sec: 63_072_000 },
      },
      custom_headers_config: { items: [{ header: "cross-origin-resource-policy", value: "cross-origin" }] },
    });
    expect(headers.cors_config).toBeUndefined();
    const allowedOrigins = ["https://app.example.com"];
    const cors = (delivery: object) =>
      deliver({ allowedOrigins, ...delivery }).one("aws_cloudfront_response_headers_policy", path)
        .cors_config;
    expect(cors({})).toMatchObject({
      access_control_allow_origins: { items: allowedOrigins },
      access_control_allow_headers: { items: ["*"] },
      access_control_allow_credentials: false,
    });
    expect(cors({ access: "signed", publicKeys: { a: PEM } })).toMatchObject({
      access_control_allow_credentials: true,
      // With cookies, an asterisk would be a header of this name.
      access_control_allow_headers: { items: expect.not.arrayContaining(["*"]) },
    });
  });

  it("has a domain with TLS 1.2 and records in the zone, if the config names them", () => {
    const certificateArn = "arn:aws:acm:us-east-1:123456789012:certificate/1";
    const named = deliver({ domain: "images.example.com", certificateArn, zoneId: "Z1" });
    expect(named.one("aws_cloudfront_distribution", "Edge/Distribution")).toMatchObject({
      aliases: ["images.example.com"],
      viewer_certificate: {
        acm_certificate_arn: certificateArn,
        minimum_protocol_version: "TLSv1.2_2021",
        ssl_support_method: "sni-only",
      },
    });
    expect([...named.all("aws_route53_record").values()].map(({ type }) => type)).toEqual(["A", "AAAA"]);
    expect(named.file.output?.delivery_url?.value).toBe("https://images.example.com");
    expect(stack.all("aws_route53_record").size).toBe(0);
  });

  it("has the web ACL and the price class of the config", () => {
    const webAclArn = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/images/1";
    const changed = deliver({ webAclArn, priceClass: "PriceClass_100" });
    expect(changed.one("aws_cloudfront_distribution", "Edge/Distribution")).toMatchObject({
      web_acl_id: webAclArn,
      price_class: "PriceClass_100",
    });
  });

  it("is refused where there is no CloudFront", () => {
    const config = { region: "us-gov-west-1", delivery: { enabled: true } };
    expect(() => synthesise(aDeployment(config), temporaryFolder())).toThrow("GovCloud has no CloudFront");
  });
});

describe("the resolver", () => {
  it("has a URL that only the distribution may call, by both actions that AWS asks for", () => {
    const url = stack.one("aws_lambda_function_url", "Resolver/Url");
    expect(url).toMatchObject({ authorization_type: "AWS_IAM" });
    const permissions = [...stack.all("aws_lambda_permission").values()];
    expect(permissions.map(({ action }) => action).sort()).toEqual([
      "lambda:InvokeFunction",
      "lambda:InvokeFunctionUrl",
    ]);
    for (const permission of permissions)
      expect(permission).toMatchObject({
        principal: "cloudfront.amazonaws.com",
        source_arn: distributionArn,
      });
  });

  it("reads manifests and the tags of renditions, and can neither read nor write a rendition", () => {
    const { policy } = stack.one("aws_iam_role_policy", "Resolver/Handler/RolePolicy");
    const s3 = statementsOf(policy).flatMap(({ Action, Resource }) =>
      Action.filter((action) => action.startsWith("s3:")).map((action) => `${action} ${Resource.join()}`),
    );
    expect(s3.map((grant) => grant.replaceAll(/arn:\S*processed-\$\{[^}]+\}/g, "processed"))).toEqual([
      "s3:GetObject processed/manifests/*",
      "s3:GetObjectTagging processed/renditions/*",
      "s3:ListBucket processed",
    ]);
  });
});

describe("the invalidation", () => {
  it("receives the results that outdate copies, and may only invalidate this distribution", () => {
    const { filter_policy, topic_arn } = stack.one("aws_sns_topic_subscription", "Invalidation/Subscription");
    expect(JSON.parse(String(filter_policy))).toEqual(OUTDATING_EVENTS);
    expect(topic_arn).toMatch(/:image-pipeline-dev-image-results$/);
    const { policy } = stack.one("aws_iam_role_policy", "Invalidation/Handler/RolePolicy");
    const edge = statementsOf(policy).filter(({ Action }) =>
      Action.some((one) => one.startsWith("cloudfront:")),
    );
    expect(edge).toMatchObject([{ Action: ["cloudfront:CreateInvalidation"], Resource: [distributionArn] }]);
  });

  it("has a DLQ with alarms", () => {
    const names = [...stack.all("aws_cloudwatch_metric_alarm").values()].map(({ alarm_name }) => alarm_name);
    expect(names).toEqual(
      expect.arrayContaining([
        "image-pipeline-dev-invalidation-dead-letters-waiting",
        "image-pipeline-dev-invalidation-age",
        "image-pipeline-dev-delivery-5xx",
        "image-pipeline-dev-delivery-origin-errors",
        "image-pipeline-dev-resolver-errors",
        "image-pipeline-dev-viewer-request-errors",
      ]),
    );
    expect(Object.keys(stack.file.output ?? {})).toEqual(
      expect.arrayContaining(["invalidation_dlq_url", "distribution_id", "delivery_url"]),
    );
  });
});

describe("signing keys", () => {
  it("are one for each slot that is filled, in a group that the behaviours trust", () => {
    const signed = deliver({ access: "signed", publicKeys: { a: PEM, b: PEM.replace("MFkw", "MFkx") } });
    const keys = [...signed.all("aws_cloudfront_public_key").values()];
    expect(keys.map(({ name }) => String(name).replace(/-\w{8}$/, ""))).toEqual([
      "image-pipeline-dev-a",
      "image-pipeline-dev-b",
    ]);
    expect(signed.one("aws_cloudfront_key_group", "Keys/Group").items).toHaveLength(2);
    expect(Object.keys(signed.file.output ?? {})).toEqual(
      expect.arrayContaining(["delivery_key_a_id", "delivery_key_b_id"]),
    );
  });

  it("keep the other slot's key, and its name, while one is replaced", () => {
    const keyOf = (publicKeys: object, slot: string) =>
      deliver({ access: "signed", publicKeys }).one("aws_cloudfront_public_key", `Keys/${slot}`);
    expect(keyOf({ a: PEM }, "A")).toEqual(keyOf({ a: PEM, b: PEM }, "A"));
    const changed = keyOf({ a: PEM.replace("MFkw", "MFkx") }, "A");
    expect(changed.name).not.toBe(keyOf({ a: PEM }, "A").name);
    expect(changed.lifecycle).toEqual({ create_before_destroy: true });
  });

  it("do not exist if nothing is signed", () => {
    expect(stack.all("aws_cloudfront_key_group").size).toBe(0);
  });
});

describe("the access logs", () => {
  it("have no cookies and no query, which have signatures", () => {
    const { record_fields } = stack.one("aws_cloudwatch_log_delivery", "EdgeAccessLogs/Delivery");
    expect(record_fields).toContain("cs-uri-stem");
    expect(String(record_fields)).not.toMatch(/cookie|query/i);
  });

  it("are delivered in us-east-1, where CloudFront's metrics and their alarms are too", () => {
    const elsewhere = deliver({}, { region: "eu-central-1", alarms: { email: "team@example.com" } });
    expect(elsewhere.file.provider.aws).toMatchObject([
      { region: "eu-central-1" },
      { region: "us-east-1", alias: "edge" },
    ]);
    const edge = { provider: "aws.edge" };
    expect(elsewhere.one("aws_cloudwatch_log_delivery_source", "EdgeAccessLogs/Source")).toMatchObject(edge);
    const topic = elsewhere.reference("aws_sns_topic", "EdgeAlarms/Topic", "arn");
    expect(elsewhere.one("aws_cloudwatch_metric_alarm", "Observability/EdgeErrors")).toMatchObject({
      ...edge,
      alarm_actions: [topic],
    });
    expect(elsewhere.one("aws_sns_topic_subscription", "EdgeAlarms/Mail")).toMatchObject(edge);
    const dashboard = elsewhere.one("aws_cloudwatch_dashboard", "Observability/Dashboard");
    const { widgets } = JSON.parse(String(dashboard.dashboard_body));
    const regions = new Map<string, string>(
      widgets.map(({ properties }: { properties: { title: string; region: string } }) => [
        properties.title,
        properties.region,
      ]),
    );
    expect(regions.get("delivery-5xx")).toBe("us-east-1");
    expect(regions.get("resolver-errors")).toBe("eu-central-1");
  });
});
