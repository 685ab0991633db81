import { CloudfrontCachePolicy } from "@cdktf/provider-aws/lib/cloudfront-cache-policy/index.js";
import { CloudfrontResponseHeadersPolicy } from "@cdktf/provider-aws/lib/cloudfront-response-headers-policy/index.js";
import type { Pipeline } from "@image-pipeline/schema/config";
import { Construct } from "constructs";
import type { StackContext } from "../deployment.ts";
import { type EdgeCors, edgeCors } from "../edge/edge-cors.ts";

const YEAR_SECONDS = 365 * 24 * 60 * 60;
/** The longest time for which a redirect of a readable address is fresh; the resolver says less for errors. */
const READABLE_SECONDS = 60;
const TWO_YEARS_SECONDS = 2 * YEAR_SECONDS;
/** A signed manifest is cached for the moment in which many viewers ask for it. */
const SIGNED_MANIFEST_SECONDS = 1;

interface CacheProps {
  comment: string;
  headers: readonly string[];
  seconds: { min: number; usual: number; max: number };
}

/** The cache policies and the response headers of the behaviours. */
export class EdgePolicies extends Construct {
  readonly cacheRenditions: string;
  readonly cacheReadable: string;
  readonly cacheManifests: string;
  readonly headers: string;
  readonly manifestHeaders: string;

  constructor(scope: Construct, id: string, { names, pipeline }: StackContext) {
    super(scope, id);
    const { delivery } = pipeline;
    const seconds = maxAgeOf(delivery.manifests);
    this.cacheRenditions = this.cache("Renditions", `${names.prefix}-renditions`, {
      comment: "Renditions never change",
      headers: [],
      seconds: { min: 0, usual: YEAR_SECONDS, max: YEAR_SECONDS },
    });
    this.cacheReadable = this.cache("Readable", `${names.prefix}-readable`, {
      comment: "The newest rendition of an image, by key and format",
      headers: ["x-image-format", "x-image-key"],
      seconds: { min: 0, usual: 0, max: READABLE_SECONDS },
    });
    this.cacheManifests = this.cache("Manifests", `${names.prefix}-manifests`, {
      // The worker writes manifests with "no-cache", which the minimum overrides.
      comment: "Manifests, for a short time",
      headers: [],
      seconds: { min: seconds, usual: seconds, max: seconds },
    });
    this.headers = this.createHeaders("Headers", `${names.prefix}-delivery`, delivery, []);
    const cacheControl = delivery.manifests === "signed" ? "private, no-cache" : `public, max-age=${seconds}`;
    this.manifestHeaders = this.createHeaders("ManifestHeaders", `${names.prefix}-manifests`, delivery, [
      { header: "cache-control", override: true, value: cacheControl },
    ]);
  }

  private cache(id: string, name: string, { comment, headers, seconds }: CacheProps): string {
    const none = { headerBehavior: "none" };
    const some = { headerBehavior: "whitelist", headers: { items: [...headers] } };
    return new CloudfrontCachePolicy(this, id, {
      name,
      comment,
      minTtl: seconds.min,
      defaultTtl: seconds.usual,
      maxTtl: seconds.max,
      parametersInCacheKeyAndForwardedToOrigin: {
        // Pictures are compressed already.
        enableAcceptEncodingBrotli: false,
        enableAcceptEncodingGzip: false,
        cookiesConfig: { cookieBehavior: "none" },
        headersConfig: headers.length === 0 ? none : some,
        queryStringsConfig: { queryStringBehavior: "none" },
      },
    }).id;
  }

  private createHeaders(
    id: string,
    name: string,
    delivery: Pipeline["delivery"],
    more: readonly { header: string; override: boolean; value: string }[],
  ): string {
    return new CloudfrontResponseHeadersPolicy(this, id, {
      name,
      comment: "Security headers, and CORS for the pages of the config",
      ...toCorsConfig(edgeCors(delivery)),
      securityHeadersConfig: {
        contentTypeOptions: { override: true },
        strictTransportSecurity: {
          accessControlMaxAgeSec: TWO_YEARS_SECONDS,
          includeSubdomains: true,
          preload: true,
          override: true,
        },
      },
      customHeadersConfig: {
        items: [{ header: "cross-origin-resource-policy", override: true, value: "cross-origin" }, ...more],
      },
    }).id;
  }
}

function maxAgeOf(manifests: Pipeline["delivery"]["manifests"]): number {
  return typeof manifests === "object" ? manifests.maxAgeSeconds : SIGNED_MANIFEST_SECONDS;
}

function toCorsConfig(cors: EdgeCors | null) {
  if (cors === null) return {};
  return {
    corsConfig: {
      accessControlAllowCredentials: cors.allowsCredentials,
      accessControlAllowHeaders: { items: [...cors.headers] },
      accessControlAllowMethods: { items: [...cors.methods] },
      accessControlAllowOrigins: { items: [...cors.origins] },
      accessControlExposeHeaders: { items: ["etag", "x-image-status"] },
      accessControlMaxAgeSec: cors.maxAgeSeconds,
      originOverride: true,
    },
  };
}
