import { TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { EncryptionKey } from "../constructs/encryption-key.ts";
import { PrivateBucket } from "../constructs/private-bucket.ts";
import { administer } from "../policies/key-policy.ts";
import { bindToAccount } from "./account.ts";
import { type Account, toAccountNames, toBasis } from "./account-basis.ts";

/** An old state is what one goes back to after a bad apply: long enough to notice. */
const OLD_STATE_DAYS = 365;
const INCOMPLETE_UPLOAD_DAYS = 7;

/** The bucket for every other stack's state, and its own once it is moved there: never destroyed by Terraform. */
export class StateStack extends TerraformStack {
  constructor(scope: Construct, account: Account) {
    super(scope, "image-pipeline-state");
    const accountId = bindToAccount(this, toBasis(account));
    const names = toAccountNames(account);
    const key = new EncryptionKey(this, "Encryption", {
      aliasName: names.stateKeyAlias,
      description: "Terraform's state, which names every resource and may hold secrets",
      policy: [administer(names.partition, accountId)],
    });
    const { bucket } = new PrivateBucket(this, "State", {
      bucketName: names.stateBucket(accountId),
      destroyWithObjects: false,
      incompleteUploadDays: INCOMPLETE_UPLOAD_DAYS,
      noncurrentVersionDays: OLD_STATE_DAYS,
      key,
    });
    bucket.lifecycle = { preventDestroy: true };
    new TerraformOutput(this, "state_bucket_name", { value: bucket.bucket, staticId: true });
    new TerraformOutput(this, "state_key_arn", { value: key.arn, staticId: true });
  }
}
