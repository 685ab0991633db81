import { KmsKey } from "@cdktf/provider-aws/lib/kms-key/index.js";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket/index.js";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import type { Pipeline } from "@image-pipeline/schema/config";
import { Aspects, DataResource, TerraformResource, type TerraformStack } from "cdktf";

/**
 * Makes Terraform refuse every plan that destroys or replaces a key, a bucket or a queue of a stack, unless the config allows
 * buckets to be destroyed with their objects. It does not refuse to destroy what is no longer in the stack: see `createKey`.
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

/**
 * Makes Terraform refuse, in every environment, a plan for another name or region than those of the stack's state: they are in
 * every name and ARN, so that it would create everything again, and destroy or forget what there is. `destroy` works.
 */
export function keepPlace(stack: TerraformStack, { name, region }: Pick<Pipeline, "name" | "region">): void {
  const deployed = new DataResource(stack, "Deployed", { input: { name, region } });
  Aspects.of(stack).add({
    visit(node) {
      if (node !== deployed) return;
      deployed.lifecycle = {
        ignoreChanges: ["input"],
        postcondition: [
          {
            condition: `\${self.output.name == "${name}" && self.output.region == "${region}"}`,
            errorMessage: `The state of ${stack.node.id} is of "\${self.output.name}" in \${self.output.region}, the config is for "${name}" in ${region}. To deploy it would destroy ${contentsOf(stack)}. Set name and region back, or deploy them as another environment (docs/deploying.md).`,
          },
        ],
      };
    },
  });
}

function contentsOf(stack: TerraformStack): string {
  const all = stack.node.findAll();
  const kept = KEPT.map(({ isOne, one, many }) => {
    const count = all.filter(isOne).length;
    return { count, text: count === 1 ? `1 ${one}` : `${count} ${many}` };
  }).filter(({ count }) => count > 0);
  const resources = all.filter((construct) => TerraformResource.isTerraformResource(construct)).length;
  const others = kept.reduce((rest, { count }) => rest - count, resources - 1);
  return [...kept.map(({ text }) => text), `${others} other resources`].join(", ");
}

/** Resources that hold data, or that are needed to read it. */
const KEPT = [
  {
    isOne: (construct: unknown) => construct instanceof S3Bucket,
    one: "bucket with its objects",
    many: "buckets with their objects",
  },
  {
    isOne: (construct: unknown) => construct instanceof SqsQueue,
    one: "queue with its messages",
    many: "queues with their messages",
  },
  { isOne: (construct: unknown) => construct instanceof KmsKey, one: "key", many: "keys" },
];
