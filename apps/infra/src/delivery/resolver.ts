import { LambdaFunctionUrl } from "@cdktf/provider-aws/lib/lambda-function-url/index.js";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission/index.js";
import { ResolverEnvironment } from "@image-pipeline/schema/environment";
import { FUNCTIONS, LIVE_ALIAS } from "@image-pipeline/schema/names";
import { Construct } from "constructs";
import { NodeFunction } from "../constructs/node-function.ts";
import type { StackContext } from "../deployment.ts";
import type { HandlerZip } from "../handler-zips.ts";
import { resolverPolicy } from "../policies/delivery-policy.ts";
import { useNamedKeyThrough } from "../policies/key-policy.ts";

/** A manifest is read within milliseconds; CPU grows with memory, and with it the time of a cold start. */
const SETTINGS = { memoryMegabytes: 512, timeoutSeconds: 10, reservedConcurrency: null };

/** The function that answers readable addresses, with a URL that only one distribution may call. */
export class Resolver extends Construct {
  readonly handler: NodeFunction;
  /** The host of the function's URL. */
  readonly domainName: string;

  constructor(scope: Construct, id: string, context: StackContext, zip: HandlerZip) {
    super(scope, id);
    const { names, pipeline, accountId } = context;
    const processed = names.processedBucket(accountId);
    this.handler = new NodeFunction(this, "Handler", context, {
      functionName: names.function(FUNCTIONS.resolver),
      description: "Readable addresses in, redirects to the newest renditions out",
      zip,
      settings: SETTINGS,
      environment: ResolverEnvironment.encode({
        UPLOAD_BUCKET: names.uploadBucket(accountId),
        PROCESSED_BUCKET: processed,
        REJECTED_PLACEHOLDER: pipeline.delivery.placeholderForRejected ?? "",
      }),
      permissions: [
        ...resolverPolicy(names.bucketArn(processed)),
        ...useNamedKeyThrough(context, accountId, ["s3"]),
      ],
      rollbackAlarms: ["resolver-errors"],
    });
    const { urlId } = new LambdaFunctionUrl(this, "Url", {
      functionName: this.handler.function.functionName,
      qualifier: this.handler.live.name,
      authorizationType: "AWS_IAM",
    });
    this.domainName = `${urlId}.lambda-url.${pipeline.region}.on.aws`;
  }

  /**
   * Allows a distribution to call the function. A URL made since October 2025 needs both actions
   * (docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-lambda.html).
   */
  allow(distributionArn: string): void {
    const permission = {
      functionName: this.handler.function.functionName,
      qualifier: LIVE_ALIAS,
      principal: "cloudfront.amazonaws.com",
      sourceArn: distributionArn,
      dependsOn: [this.handler.live],
    };
    new LambdaPermission(this, "InvokeUrl", {
      ...permission,
      statementId: "AllowDistributionUrl",
      action: "lambda:InvokeFunctionUrl",
      functionUrlAuthType: "AWS_IAM",
    });
    new LambdaPermission(this, "Invoke", {
      ...permission,
      statementId: "AllowDistribution",
      action: "lambda:InvokeFunction",
    });
  }
}
