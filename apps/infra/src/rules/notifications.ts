import { S3BucketNotification } from "@cdktf/provider-aws/lib/s3-bucket-notification/index.js";
import type { TerraformStack } from "cdktf";
import { resolved } from "../resolved.ts";
import type { Rule } from "./rule.ts";

/** A bucket and the notification resources that configure it. */
export interface NotifiedBucket {
  bucket: string;
  owners: string[];
}

export const NOTIFICATION_RULES: readonly Rule<NotifiedBucket>[] = [
  {
    // S3 has one notification configuration for each bucket: a second resource would replace the first.
    broken: ({ owners }) => owners.length > 1,
    because: ({ bucket, owners }) =>
      `${bucket}: only one notification resource may configure a bucket, but ${owners.join(" and ")} do`,
  },
];

export function toNotifiedBuckets(stacks: readonly TerraformStack[]): NotifiedBucket[] {
  const owners = new Map<string, string[]>();
  for (const stack of stacks)
    for (const construct of stack.node.findAll()) {
      if (!(construct instanceof S3BucketNotification)) continue;
      const bucket = String(resolved(stack, construct.bucketInput));
      owners.set(bucket, [...(owners.get(bucket) ?? []), construct.node.path]);
    }
  return [...owners].map(([bucket, paths]) => ({ bucket, owners: paths }));
}
