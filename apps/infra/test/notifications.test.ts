import { describe, expect, it } from "vitest";
import { aDeployment, synthesised } from "./deployments.ts";

const account = `\${data.aws_caller_identity.Account.account_id}`;
const ingestArn = `arn:aws:lambda:us-east-1:${account}:function:image-pipeline-dev-ingest:live`;
const EVENTS = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:LifecycleExpiration:*"];
const notificationOf = (uploads: object) =>
  synthesised(aDeployment({ uploads })).notifications.one("aws_s3_bucket_notification", "Notification");

describe("the bucket notification", () => {
  it("sends every upload, delete and lifecycle expiration of the upload bucket to ingest, referring to both by name", () => {
    expect(notificationOf({})).toMatchObject({
      bucket: `image-pipeline-dev-uploads-${account}`,
      lambda_function: [{ id: "uploads-0", lambda_function_arn: ingestArn, events: EVENTS }],
    });
  });

  it("has a filter for each suffix, below the prefix", () => {
    expect(notificationOf({ prefix: "photos/", suffixes: [".jpg", ".png"] }).lambda_function).toEqual([
      {
        id: "uploads-0",
        lambda_function_arn: ingestArn,
        events: EVENTS,
        filter_prefix: "photos/",
        filter_suffix: ".jpg",
      },
      {
        id: "uploads-1",
        lambda_function_arn: ingestArn,
        events: EVENTS,
        filter_prefix: "photos/",
        filter_suffix: ".png",
      },
    ]);
  });

  it("is set only once S3 may invoke ingest", () => {
    expect(notificationOf({}).depends_on).toEqual(["aws_lambda_permission.InvokeIngest"]);
  });
});

it("lets S3 invoke ingest for this bucket of this account alone", () => {
  const { notifications } = synthesised(aDeployment());
  expect(notifications.one("aws_lambda_permission", "InvokeIngest")).toEqual({
    statement_id: "AllowUploadBucketOfLive",
    action: "lambda:InvokeFunction",
    function_name: "image-pipeline-dev-ingest",
    qualifier: "live",
    lifecycle: { create_before_destroy: true },
    principal: "s3.amazonaws.com",
    source_arn: `arn:aws:s3:::image-pipeline-dev-uploads-${account}`,
    source_account: account,
  });
});

it.each([
  ["us-gov-west-1", "aws-us-gov"],
  ["eu-central-1", "aws"],
])("names ARNs of %s in the partition %s", (region, partition) => {
  const { notifications } = synthesised(aDeployment({ region }));
  expect(notifications.one("aws_lambda_permission", "InvokeIngest").source_arn).toBe(
    `arn:${partition}:s3:::image-pipeline-dev-uploads-${account}`,
  );
});
