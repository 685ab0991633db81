import { describe, expect, it } from "vitest";
import { ConfigError, definePipeline, firstPipeline } from "../src/config.ts";

const PEM = "-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----\n";
const CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/1111-2222";

/** Parses settings that TypeScript might not accept. */
function parse(delivery: object) {
  const presets = { thumb: { width: 160, formats: ["webp"] } };
  return firstPipeline(
    Reflect.apply(definePipeline, undefined, [{ presets, delivery, environments: { dev: {} } }]),
  );
}

function errorOf(delivery: object): string {
  try {
    parse(delivery);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split("\n").slice(1).join("\n").trim();
    throw error;
  }
  return "";
}

describe("the settings of delivery", () => {
  it("are off by default, with everything public except manifests", () => {
    expect(parse({}).delivery).toMatchObject({ enabled: false, access: "public", manifests: "none" });
  });

  it("take a domain with its certificate, and keys in one slot or both", () => {
    const settings = {
      domain: "images.example.com",
      certificateArn: CERTIFICATE,
      zoneId: "Z0123456789ABCDEFGHIJ",
      access: "signed",
      manifests: { maxAgeSeconds: 5 },
      publicKeys: { b: PEM },
      allowedOrigins: ["*"],
    };
    expect(parse(settings).delivery).toMatchObject({ ...settings, publicKeys: { a: null, b: PEM } });
  });

  it.each([
    [
      { domain: "images.example.com", certificateArn: CERTIFICATE.replace("us-east-1", "eu-central-1") },
      "delivery.certificateArn: must be in us-east-1, the only region from which CloudFront takes certificates, not in eu-central-1",
    ],
    [
      { domain: "images.example.com" },
      "delivery.certificateArn: must be set together with delivery.domain, or not at all",
    ],
    [
      { zoneId: "Z0123456789ABCDEFGHIJ" },
      "delivery.zoneId: must be null without delivery.domain: the zone gets the domain's records",
    ],
    [
      { access: "signed" },
      'delivery.publicKeys: must have a key in slot a or b, because delivery.access or delivery.manifests is "signed"',
    ],
    [
      { manifests: "signed" },
      'delivery.publicKeys: must have a key in slot a or b, because delivery.access or delivery.manifests is "signed"',
    ],
    [
      { publicKeys: { a: "-----BEGIN RSA PRIVATE KEY-----\nMIIE" } },
      "delivery.publicKeys.a: must be the public key: keep the private one out of the config, and replace it if it was committed",
    ],
    [
      { publicKeys: { a: "MFkw" } },
      "delivery.publicKeys.a: must be a PEM text that begins with -----BEGIN PUBLIC KEY-----",
    ],
    [
      { manifests: "public" },
      'delivery.manifests: must be "none", "signed", or { maxAgeSeconds } of 1 to 86400',
    ],
    [
      { placeholderForRejected: "http://example.com/a" },
      "delivery.placeholderForRejected: must be an address of this distribution that begins with /i/ or /renditions/, or one with https://",
    ],
    [
      { webAclArn: "arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/a/b" },
      "delivery.webAclArn: must be the ARN of a web ACL with the scope CLOUDFRONT, which is in us-east-1",
    ],
    [{ domian: "x" }, 'delivery.domian: unknown setting (did you mean "domain"?)'],
  ])("refuse %j in one line", (settings, message) => {
    expect(errorOf(settings)).toBe(message);
  });
});
