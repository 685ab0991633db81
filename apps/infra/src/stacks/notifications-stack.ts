import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission/index.js";
import { S3BucketNotification } from "@cdktf/provider-aws/lib/s3-bucket-notification/index.js";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { type Deployment, ROOT_FOLDER } from "../deployment.ts";
import { toStackId } from "../names.ts";
import { bindToAccount } from "./account.ts";

const EVENTS = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"];

/**
 * What sets the pipeline going: the upload bucket's notification and the permission to invoke ingest. A stack of its own,
 * so that the pipeline can be attached to a bucket that exists already. S3 keeps one notification configuration a
 * bucket: this one replaces any other.
 */
export class NotificationsStack extends TerraformStack {
  constructor(scope: Construct, deployment: Deployment) {
    super(scope, toStackId("notifications", deployment.pipeline.environment));
    const accountId = bindToAccount(this, { ...deployment, rootFolder: ROOT_FOLDER });
    const { names, pipeline } = deployment;
    const bucket = names.uploadBucket(accountId);
    const permission = new LambdaPermission(this, "InvokeIngest", {
      statementId: "AllowUploadBucket",
      action: "lambda:InvokeFunction",
      functionName: names.ingestFunction,
      principal: "s3.amazonaws.com",
      sourceArn: names.bucketArn(bucket),
      sourceAccount: accountId,
    });
    new S3BucketNotification(this, "Notification", {
      bucket,
      lambdaFunction: toFilters(pipeline.uploads).map((filter, index) => ({
        id: `uploads-${index}`,
        lambdaFunctionArn: names.ingestFunctionArn(accountId),
        events: EVENTS,
        ...filter,
      })),
      // S3 tries the invocation right when the notification is set, and refuses one it may not make.
      dependsOn: [permission],
    });
  }
}

/** One filter a suffix, as S3 takes one suffix each; without suffixes, one for every key below the prefix. */
function toFilters({ prefix, suffixes }: Deployment["pipeline"]["uploads"]) {
  const byPrefix = prefix === "" ? {} : { filterPrefix: prefix };
  if (suffixes.length === 0) return [byPrefix];
  return suffixes.map((filterSuffix) => ({ ...byPrefix, filterSuffix }));
}
