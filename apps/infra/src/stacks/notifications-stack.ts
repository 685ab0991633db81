import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission/index.js";
import { S3BucketNotification } from "@cdktf/provider-aws/lib/s3-bucket-notification/index.js";
import { LIVE_ALIAS } from "@image-pipeline/schema/names";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { Deployment } from "../deployment.ts";
import { toStackId } from "../names.ts";
import { bindToAccount } from "./bind-to-account.ts";
import { BridgedUploads } from "./bridged-uploads.ts";

/** `ObjectRemoved` does not include what a lifecycle rule deletes: S3 reports that by event types of its own. */
const EVENTS = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:LifecycleExpiration:*"];

/**
 * The upload bucket's notification or EventBridge's rule, which starts the pipeline, and the permission to invoke ingest. It is
 * a separate stack so that the pipeline can be attached to an existing bucket. S3 has one notification configuration for each
 * bucket, which a resource replaces: with EventBridge that of an existing bucket is not touched, and its owner switches
 * EventBridge on.
 */
export class NotificationsStack extends TerraformStack {
  constructor(scope: Construct, deployment: Deployment) {
    super(scope, toStackId("notifications", deployment.pipeline.environment));
    const accountId = bindToAccount(this, deployment);
    const { trigger, existingBucket } = deployment.pipeline.uploads;
    if (trigger === "notification") {
      this.notify(deployment, accountId);
      return;
    }
    const bridge = new BridgedUploads(this, "Uploads", deployment, accountId);
    const bucket = deployment.names.uploadBucket(accountId);
    // The rule exists before the bucket stops notifying ingest: no upload falls between the two.
    if (existingBucket === null)
      new S3BucketNotification(this, "Notification", {
        bucket,
        eventbridge: true,
        dependsOn: [bridge.target],
      });
    // To destroy a notification of before empties the whole configuration, in which its owner switched EventBridge on.
    else
      this.addOverride("removed", [
        { from: "aws_s3_bucket_notification.Notification", lifecycle: { destroy: false } },
      ]);
  }

  private notify({ names, pipeline }: Deployment, accountId: string): void {
    const bucket = names.uploadBucket(accountId);
    const permission = new LambdaPermission(this, "InvokeIngest", {
      statementId: "AllowUploadBucketOfLive",
      action: "lambda:InvokeFunction",
      functionName: names.ingestFunction,
      qualifier: LIVE_ALIAS,
      principal: "s3.amazonaws.com",
      sourceArn: names.bucketArn(bucket),
      sourceAccount: accountId,
      // The new permission exists before the notification changes, and the old one until then.
      lifecycle: { createBeforeDestroy: true },
    });
    new S3BucketNotification(this, "Notification", {
      bucket,
      lambdaFunction: toFilters(pipeline.uploads).map((filter, index) => ({
        id: `uploads-${index}`,
        lambdaFunctionArn: `${names.functionArn(names.ingestFunction, accountId)}:${LIVE_ALIAS}`,
        events: EVENTS,
        ...filter,
      })),
      // S3 tests the invocation when the notification is set, and refuses one that is not permitted.
      dependsOn: [permission],
    });
  }
}

/** Returns a filter for each suffix, since S3 allows one suffix in each; without suffixes, one for the prefix. */
function toFilters({ prefix, suffixes }: Deployment["pipeline"]["uploads"]) {
  const byPrefix = prefix === "" ? {} : { filterPrefix: prefix };
  if (suffixes.length === 0) return [byPrefix];
  return suffixes.map((filterSuffix) => ({ ...byPrefix, filterSuffix }));
}
