import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias/index.js";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key/index.js";
import { Construct } from "constructs";
import { policyDocument, type Statement } from "../policies/policy-document.ts";

/** AWS's maximum: a deletion scheduled by mistake can be cancelled for a month. */
const DELETION_WINDOW_DAYS = 30;

export interface EncryptionKeyProps {
  /** `alias/…` */
  aliasName: string;
  description: string;
  /** The complete key policy; without a statement for the account, the key could not be managed any more. */
  policy: readonly Statement[];
  /** True if it only decrypts what it encrypted before (default: false). */
  isRetired?: boolean;
}

/** A customer key that AWS rotates every year. */
export class EncryptionKey extends Construct {
  readonly arn: string;
  readonly isRetired: boolean;
  /** Terraform addresses of its resources. */
  readonly addresses: readonly string[];
  /** Resources that depend on it are destroyed before it. */
  readonly key: KmsKey;

  constructor(scope: Construct, id: string, props: EncryptionKeyProps) {
    super(scope, id);
    this.key = new KmsKey(this, "Key", {
      description: props.description,
      enableKeyRotation: true,
      deletionWindowInDays: DELETION_WINDOW_DAYS,
      policy: policyDocument(props.policy),
    });
    const alias = new KmsAlias(this, "Alias", { name: props.aliasName, targetKeyId: this.key.keyId });
    this.arn = this.key.arn;
    this.isRetired = props.isRetired ?? false;
    this.addresses = [this.key, alias].map(
      ({ terraformResourceType, friendlyUniqueId }) => `${terraformResourceType}.${friendlyUniqueId}`,
    );
  }
}
