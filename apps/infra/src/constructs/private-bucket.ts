import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket/index.js";
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
  /** Whether `destroy` removes the bucket with the objects in it. */
  destroyWithObjects: boolean;
  /** Days until parts of an upload that never ended are removed. */
  incompleteUploadDays: number;
  /** Days that an overwritten or deleted version is kept. */
  noncurrentVersionDays: number;
  /** The customer key of its default encryption; null for S3's own. */
  key: EncryptionKey | null;
  /** Which current objects expire by themselves; none without. */
  expirations?: readonly Expiration[];
  /** Which services may write, beyond this account's roles by their own policies. */
  writers?: (bucketArn: string) => Statement[];
  /** What nobody may do, beyond calls without TLS. */
  denials?: (bucketArn: string) => Statement[];
}

/** Current objects below a prefix, or with the tag `<tag>=true`, and the days after which they expire. */
export interface Expiration {
  id: string;
  filter: { tag: string } | { prefix: string };
  days: number;
}

/** A bucket nobody but this account reaches, over TLS alone: versioned, encrypted, owner enforced, with a lifecycle. */
export class PrivateBucket extends Construct {
  readonly bucket: S3Bucket;
  /** What depends on its writers' rights waits for this. */
  readonly policy: S3BucketPolicy;

  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, id);
    this.bucket = new S3Bucket(this, "Bucket", {
      bucket: props.bucketName,
      forceDestroy: props.destroyWithObjects,
      // Objects are lost with their key: a bucket that refuses to be destroyed keeps it from being destroyed too.
      ...(props.key === null ? {} : { dependsOn: [props.key.key] }),
    });
    this.policy = this.keepPrivate(props);
    this.encrypt(props.key);
    this.keepVersions(props);
  }

  private keepPrivate({ writers, denials }: PrivateBucketProps): S3BucketPolicy {
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
        ...(writers?.(arn) ?? []),
        ...(denials?.(arn) ?? []),
        denyInsecureTransport("s3:*", [arn, `${arn}/*`]),
      ]),
      // S3 refuses two changes of one bucket's access at once with 409 OperationAborted.
      dependsOn: [block],
    });
  }

  /** A bucket key has S3 ask KMS once for many objects: a hundredth of the requests, and of their price. */
  private encrypt(key: EncryptionKey | null): void {
    new S3BucketServerSideEncryptionConfigurationA(this, "Encryption", {
      bucket: this.bucket.bucket,
      rule: [
        key === null
          ? { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }
          : {
              applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn },
              bucketKeyEnabled: true,
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

/** The one rule without a filter: CKV_AWS_300 accepts no other for uploads that never ended. */
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
