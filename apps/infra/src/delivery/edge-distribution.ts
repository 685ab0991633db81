import {
  CloudfrontDistribution,
  type CloudfrontDistributionOrderedCacheBehavior,
  type CloudfrontDistributionOrigin,
} from "@cdktf/provider-aws/lib/cloudfront-distribution/index.js";
import { CloudfrontFunction } from "@cdktf/provider-aws/lib/cloudfront-function/index.js";
import { CloudfrontOriginAccessControl } from "@cdktf/provider-aws/lib/cloudfront-origin-access-control/index.js";
import type { Pipeline } from "@image-pipeline/schema/config";
import { Construct } from "constructs";
import type { StackContext } from "../deployment.ts";
import { edgeCors } from "../edge/edge-cors.ts";
import { EDGE_RUNTIME, edgeFunctions } from "../edge/edge-functions.ts";
import { EdgePolicies } from "./edge-policies.ts";
import type { Resolver } from "./resolver.ts";
import type { SigningKeys } from "./signing-keys.ts";

/** AWS's managed policy CachingDisabled (docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html). */
const CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
const PROCESSED = "processed";
const RESOLVER = "resolver";
/** Answers that CloudFront keeps for a second only: S3 answers 403 for an object that does not exist yet. */
const SHORT_ERRORS = [403, 404, 500, 502, 503, 504];

type Behaviour = Omit<CloudfrontDistributionOrderedCacheBehavior, "pathPattern">;

export interface EdgeDistributionProps {
  resolver: Resolver;
  /** Null if nothing is signed. */
  keys: SigningKeys | null;
}

/** The distribution: renditions and manifests from the processed bucket, readable addresses from the resolver, nothing else. */
export class EdgeDistribution extends Construct {
  readonly distribution: CloudfrontDistribution;
  /** Names of its CloudFront Functions. */
  readonly functions: readonly string[];
  private readonly context: StackContext;

  constructor(scope: Construct, id: string, context: StackContext, props: EdgeDistributionProps) {
    super(scope, id);
    this.context = context;
    const { names, pipeline } = context;
    const { domain, webAclArn, priceClass } = pipeline.delivery;
    const functions = this.createFunctions();
    this.functions = Object.values(functions).map(({ name }) => name);
    const behaviours = this.toBehaviours(functions, props.keys);
    this.distribution = new CloudfrontDistribution(this, "Distribution", {
      comment: `Pictures of ${names.prefix}`,
      enabled: true,
      httpVersion: "http2and3",
      isIpv6Enabled: true,
      priceClass,
      // No object has this name: a request for the root is refused like any unknown path.
      defaultRootObject: "index.html",
      ...(domain !== null && { aliases: [domain] }),
      ...(webAclArn !== null && { webAclId: webAclArn }),
      origin: this.createOrigins(props.resolver),
      ...behaviours,
      customErrorResponse: SHORT_ERRORS.map((errorCode) => ({ errorCode, errorCachingMinTtl: 1 })),
      restrictions: { geoRestriction: { restrictionType: "none" } },
      viewerCertificate: toCertificate(pipeline.delivery),
    });
    props.resolver.allow(this.distribution.arn);
  }

  private createFunctions() {
    const { names, accountId, pipeline } = this.context;
    const texts = edgeFunctions({
      bucket: names.uploadBucket(accountId),
      cors: edgeCors(pipeline.delivery),
    });
    const create = (id: string, name: string, comment: string, code: string) => {
      const { arn } = new CloudfrontFunction(this, id, {
        name: names.function(name),
        runtime: EDGE_RUNTIME,
        comment,
        code,
        publish: true,
      });
      return { arn, name: names.function(name) };
    };
    return {
      request: create("Request", "viewer-request", "Checks and normalises addresses", texts.viewerRequest),
      response: create("Response", "viewer-response", "Makes ?download a download", texts.viewerResponse),
      refuse: create("Refuse", "edge-refuse", "Refuses unknown paths", texts.refuse),
    };
  }

  private createOrigins(resolver: Resolver): CloudfrontDistributionOrigin[] {
    const { names, pipeline, accountId } = this.context;
    const access = (id: string, type: "s3" | "lambda") =>
      new CloudfrontOriginAccessControl(this, id, {
        name: names.function(`edge-${type}`),
        description: `Signs requests to the ${type === "s3" ? "processed bucket" : "resolver"}`,
        originAccessControlOriginType: type,
        signingBehavior: "always",
        signingProtocol: "sigv4",
      }).id;
    return [
      {
        originId: PROCESSED,
        domainName: `${names.processedBucket(accountId)}.s3.${pipeline.region}.amazonaws.com`,
        originAccessControlId: access("BucketAccess", "s3"),
      },
      {
        originId: RESOLVER,
        domainName: resolver.domainName,
        originAccessControlId: access("ResolverAccess", "lambda"),
        customOriginConfig: {
          httpPort: 80,
          httpsPort: 443,
          originProtocolPolicy: "https-only",
          originSslProtocols: ["TLSv1.2"],
        },
      },
    ];
  }

  private toBehaviours(functions: ReturnType<EdgeDistribution["createFunctions"]>, keys: SigningKeys | null) {
    const { access, manifests } = this.context.pipeline.delivery;
    const policies = new EdgePolicies(this, "Policies", this.context);
    const request = { eventType: "viewer-request", functionArn: functions.request.arn };
    const response = { eventType: "viewer-response", functionArn: functions.response.arn };
    const signed = (isSigned: boolean) =>
      isSigned && keys !== null ? { trustedKeyGroups: [keys.groupId] } : {};
    const pictures = {
      ...EVERY_BEHAVIOUR,
      ...signed(access === "signed"),
      responseHeadersPolicyId: policies.headers,
      functionAssociation: [request, response],
    };
    return {
      orderedCacheBehavior: [
        {
          ...pictures,
          pathPattern: "/renditions/*",
          targetOriginId: PROCESSED,
          cachePolicyId: policies.cacheRenditions,
        },
        { ...pictures, pathPattern: "/i/*", targetOriginId: RESOLVER, cachePolicyId: policies.cacheReadable },
        ...(manifests === "none"
          ? []
          : [
              {
                ...EVERY_BEHAVIOUR,
                ...signed(manifests === "signed"),
                pathPattern: "/manifests/*",
                targetOriginId: PROCESSED,
                cachePolicyId: policies.cacheManifests,
                responseHeadersPolicyId: policies.manifestHeaders,
                functionAssociation: [request],
              },
            ]),
      ],
      defaultCacheBehavior: {
        ...EVERY_BEHAVIOUR,
        targetOriginId: PROCESSED,
        cachePolicyId: CACHING_DISABLED,
        responseHeadersPolicyId: policies.headers,
        functionAssociation: [{ eventType: "viewer-request", functionArn: functions.refuse.arn }],
      },
    };
  }
}

/** OPTIONS is a browser's preflight request, which the CloudFront Function answers: S3 refuses it for a bucket without CORS rules. */
const EVERY_BEHAVIOUR = {
  allowedMethods: ["GET", "HEAD", "OPTIONS"],
  cachedMethods: ["GET", "HEAD"],
  compress: false,
  viewerProtocolPolicy: "redirect-to-https",
} satisfies Partial<Behaviour>;

/** CloudFront's own domain has a fixed security policy, which still accepts TLS 1.0. */
function toCertificate({ certificateArn }: Pipeline["delivery"]) {
  if (certificateArn === null) return { cloudfrontDefaultCertificate: true };
  return {
    acmCertificateArn: certificateArn,
    sslSupportMethod: "sni-only",
    minimumProtocolVersion: "TLSv1.2_2021",
  };
}
