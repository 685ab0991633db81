import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket/index.js";
import { S3BucketCorsConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-cors-configuration/index.js";
import {
  S3BucketLifecycleConfiguration,
  type S3BucketLifecycleConfigurationRule,
} from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration/index.js";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls/index.js";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy/index.js";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block/index.js";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration/index.js";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning/index.js";
import { Construct } from "constructs";
import { denyInsecureTransport, policyDocument, type Statement } from "../policies/policy-document.ts";
import type { EncryptionKey } from "./encryption-key.ts";

export interface PrivateBucketProps {
  bucketName: string;
  /** True if `destroy` deletes the bucket with the objects in it. */
  destroyWithObjects: boolean;
  /** Days until the parts of an unfinished upload are deleted. */
  incompleteUploadDays: number;
  /** Retention of an overwritten or deleted version in days. */
  noncurrentVersionDays: number;
  /** The customer key of its objects: of all if it is the default encryption, of old ones if it is retired. Null for S3's own. */
  key: EncryptionKey | null;
  /** Origins of the web pages that may upload from a browser (default: none). */
  allowedOrigins?: readonly string[];
  /** Lifecycle rules for current objects (default: none). */
  expirations?: readonly Expiration[];
  /** The config's readers and additional statements; this account's roles read by their own policies. */
  grants?: (bucketArn: string) => Statement[];
  /** Services that may write; this account's roles write by their own policies. */
  writers?: (bucketArn: string) => Statement[];
  /** Additional denials; calls without TLS are always denied. */
  denials?: (bucketArn: string) => Statement[];
}

/** Time for which a browser need not ask again; Chrome keeps an answer for two hours at most. */
const PREFLIGHT_SECONDS = 3600;

/** Current objects below a prefix, or with the tag `<tag>=true`, and the days after which they expire. */
export interface Expiration {
  id: string;
  filter: { tag: string } | { prefix: string };
  days: number;
}

/** A bucket for this account and the principals that the config names, over TLS only: versioned, encrypted, owner enforced, with a lifecycle. */
export class PrivateBucket extends Construct {
  readonly bucket: S3Bucket;
  /** Resources that need its writers' permissions depend on it. */
  readonly policy: S3BucketPolicy;

  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, id);
    this.bucket = new S3Bucket(this, "Bucket", {
      bucket: props.bucketName,
      forceDestroy: props.destroyWithObjects,
      // Objects are unreadable without their key: while a bucket cannot be destroyed, neither can the key.
      ...(props.key === null ? {} : { dependsOn: [props.key.key] }),
    });
    this.policy = this.keepPrivate(props);
    this.encrypt(props.key);
    this.keepVersions(props);
    this.allowPages(props.allowedOrigins ?? []);
  }

  private keepPrivate({ grants, writers, denials }: PrivateBucketProps): S3BucketPolicy {
    const { bucket, arn } = this.bucket;
    const block = new S3BucketPublicAccessBlock(this, "PublicAccessBlock", {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new S3BucketOwnershipControls(this, "OwnershipControls", {
      bucket,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
    return new S3BucketPolicy(this, "Policy", {
      bucket,
      policy: policyDocument([
        ...(grants?.(arn) ?? []),
        ...(writers?.(arn) ?? []),
        ...(denials?.(arn) ?? []),
        denyInsecureTransport("s3:*", [arn, `${arn}/*`]),
      ]),
      // S3 refuses two concurrent changes of one bucket's access with 409 OperationAborted.
      dependsOn: [block],
    });
  }

  /** With a bucket key S3 calls KMS once for many objects: about 1 % of the requests and of their price. */
  private encrypt(key: EncryptionKey | null): void {
    new S3BucketServerSideEncryptionConfigurationA(this, "Encryption", {
      bucket: this.bucket.bucket,
      rule: [
        key === null || key.isRetired
          ? { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }
          : {
              applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn },
              bucketKeyEnabled: true,
            },
      ],
    });
  }

  /**
   * A form is a POST. A multipart upload has also PUT for its parts, GET to list them and DELETE to abort it, and needs the parts'
   * ETags. A page can do nothing that is not presigned for it.
   */
  private allowPages(allowedOrigins: readonly string[]): void {
    if (allowedOrigins.length === 0) return;
    new S3BucketCorsConfiguration(this, "Cors", {
      bucket: this.bucket.bucket,
      corsRule: [
        {
          allowedOrigins: [...allowedOrigins],
          allowedMethods: ["GET", "HEAD", "POST", "PUT", "DELETE"],
          allowedHeaders: ["*"],
          exposeHeaders: ["ETag"],
          maxAgeSeconds: PREFLIGHT_SECONDS,
        },
      ],
    });
  }

  private keepVersions(props: PrivateBucketProps): void {
    const { bucket } = this.bucket;
    const versioning = new S3BucketVersioningA(this, "Versioning", {
      bucket,
      versioningConfiguration: { status: "Enabled" },
    });
    new S3BucketLifecycleConfiguration(this, "Lifecycle", {
      bucket,
      rule: [tidyUp(props), ...(props.expirations ?? []).map(toRule)],
      dependsOn: [versioning],
    });
  }
}

/** The only rule without a filter: CKV_AWS_300 accepts no other for unfinished uploads. */
function tidyUp(props: PrivateBucketProps): S3BucketLifecycleConfigurationRule {
  return {
    id: "tidy-up",
    status: "Enabled",
    filter: [{}],
    abortIncompleteMultipartUpload: [{ daysAfterInitiation: props.incompleteUploadDays }],
    noncurrentVersionExpiration: [{ noncurrentDays: props.noncurrentVersionDays }],
    expiration: [{ expiredObjectDeleteMarker: true }],
  };
}

function toRule({ id, filter, days }: Expiration): S3BucketLifecycleConfigurationRule {
  return {
    id,
    status: "Enabled",
    filter: ["tag" in filter ? { tag: [{ key: filter.tag, value: "true" }] } : filter],
    expiration: [{ days }],
  };
}
