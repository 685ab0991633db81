import { S3BucketLoggingA } from "@cdktf/provider-aws/lib/s3-bucket-logging/index.js";
import { Construct } from "constructs";
import type { Statement } from "../policies/policy-document.ts";
import { PrivateBucket, type PrivateBucketProps } from "./private-bucket.ts";

export interface AccessLogBucketProps
  extends Omit<PrivateBucketProps, "key" | "expirations" | "grants" | "writers"> {
  accountId: string;
  /** Retention of an access log in days. */
  logDays: number;
}

/**
 * The bucket for S3's access logs of the other buckets. Encrypted with SSE-S3: a bucket that receives access logs may have
 * no other default encryption (docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html).
 */
export class AccessLogBucket extends Construct {
  private readonly logs: PrivateBucket;

  constructor(scope: Construct, id: string, { accountId, logDays, ...props }: AccessLogBucketProps) {
    super(scope, id);
    this.logs = new PrivateBucket(this, "Logs", {
      ...props,
      key: null,
      expirations: [{ id: "expire-access-logs", filter: { prefix: "" }, days: logDays }],
      writers: (arn) => [writeLogs(arn, accountId)],
    });
  }

  /** Logs a bucket's requests, under a prefix with its name. */
  record(id: string, logged: PrivateBucket): void {
    new S3BucketLoggingA(this, id, {
      bucket: logged.bucket.bucket,
      targetBucket: this.logs.bucket.bucket,
      targetPrefix: `${id.toLowerCase()}/`,
      // S3 refuses to log to a bucket that it may not write to yet.
      dependsOn: [this.logs.policy],
    });
  }
}

function writeLogs(arn: string, accountId: string): Statement {
  return {
    Sid: "S3WritesAccessLogs",
    Effect: "Allow",
    Principal: { Service: "logging.s3.amazonaws.com" },
    Action: "s3:PutObject",
    Resource: `${arn}/*`,
    Condition: { StringEquals: { "aws:SourceAccount": accountId } },
  };
}
