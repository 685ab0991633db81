import { TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { type AccountDeployment, toAccountNames } from "../account-deployment.ts";
import { EncryptionKey } from "../constructs/encryption-key.ts";
import { PrivateBucket } from "../constructs/private-bucket.ts";
import { PLANS_PREFIX } from "../policies/ci-policy.ts";
import { administer } from "../policies/key-policy.ts";
import { bindAccountStack } from "./bind-to-account.ts";

/** Retention of old states in days: time to notice a bad apply and to go back to the state before it. */
const OLD_STATE_DAYS = 365;
const INCOMPLETE_UPLOAD_DAYS = 7;
/** Retention of reviewed plans in days: time for the reviewers of a deployment. */
const PLAN_DAYS = 7;

/** The bucket for every stack's state, its own too once migrated there. Terraform never destroys it. */
export class StateStack extends TerraformStack {
  constructor(scope: Construct, account: AccountDeployment) {
    super(scope, "image-pipeline-state");
    const accountId = bindAccountStack(this, account);
    const names = toAccountNames(account);
    const key = new EncryptionKey(this, "Encryption", {
      aliasName: names.stateKeyAlias,
      description: "Encrypts Terraform's state, which lists every resource and may contain secrets",
      policy: [administer(names.partition, accountId)],
    });
    const { bucket } = new PrivateBucket(this, "State", {
      bucketName: names.stateBucket(accountId),
      destroyWithObjects: false,
      incompleteUploadDays: INCOMPLETE_UPLOAD_DAYS,
      noncurrentVersionDays: OLD_STATE_DAYS,
      expirations: [{ id: "expire-plans", filter: { prefix: PLANS_PREFIX }, days: PLAN_DAYS }],
      key,
    });
    new TerraformOutput(this, "state_bucket_name", { value: bucket.bucket, staticId: true });
    new TerraformOutput(this, "state_key_arn", { value: key.arn, staticId: true });
  }
}
