import { createHash } from "node:crypto";
import { CloudfrontKeyGroup } from "@cdktf/provider-aws/lib/cloudfront-key-group/index.js";
import { CloudfrontPublicKey } from "@cdktf/provider-aws/lib/cloudfront-public-key/index.js";
import { Construct } from "constructs";
import type { StackContext } from "../deployment.ts";

/** The public keys of the config's slots, and the group by which behaviours trust them. */
export class SigningKeys extends Construct {
  readonly groupId: string;
  /** Terraform outputs: the id of each key, which a signature names. */
  readonly outputs: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, { names, pipeline }: StackContext) {
    super(scope, id);
    const outputs: Record<string, string> = {};
    for (const [slot, pem] of Object.entries(pipeline.delivery.publicKeys)) {
      if (pem === null) continue;
      const encodedKey = `${pem.trim()}\n`;
      const key = new CloudfrontPublicKey(this, slot.toUpperCase(), {
        // A key cannot be changed, and its name is unique: another key of the slot exists beside it for a moment.
        name: `${names.prefix}-${slot}-${createHash("sha256").update(encodedKey).digest("hex").slice(0, 8)}`,
        encodedKey,
        // Terraform then removes the old key after the group no longer has it, as CloudFront demands.
        lifecycle: { createBeforeDestroy: true },
      });
      outputs[`delivery_key_${slot}_id`] = key.id;
    }
    const group = new CloudfrontKeyGroup(this, "Group", {
      name: `${names.prefix}-signers`,
      items: Object.values(outputs),
    });
    this.groupId = group.id;
    this.outputs = outputs;
  }
}
