import { KmsKey } from "@cdktf/provider-aws/lib/kms-key/index.js";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket/index.js";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import type { Pipeline } from "@image-pipeline/schema/config";
import { Aspects, type TerraformStack } from "cdktf";

/**
 * Makes Terraform refuse every plan that destroys or replaces a key, a bucket or a queue of a stack, such as one after a
 * change of `name`, unless the config allows buckets to be destroyed with their objects.
 */
export function protectData(
  stack: TerraformStack,
  { destroyBucketsWithObjects }: Pick<Pipeline, "destroyBucketsWithObjects">,
): void {
  if (destroyBucketsWithObjects) return;
  Aspects.of(stack).add({
    visit(node) {
      if (node instanceof KmsKey || node instanceof S3Bucket || node instanceof SqsQueue)
        node.lifecycle = { ...node.lifecycle, preventDestroy: true };
    },
  });
}
