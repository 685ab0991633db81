import { inCode } from "../markdown.ts";
import type { Change } from "../plan.ts";
import type { Finding } from "./finding.ts";
import type { Grant } from "./grant.ts";
import { permissionChanges } from "./permissions.ts";

const BLOCKS = ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"];
/** A condition on one of these leaves no stranger in (docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html). */
const NARROWING =
  /"(aws:Source(Account|Arn|Owner|Vpc|Vpce|OrgID)|aws:Principal(Account|Arn|OrgID)|s3:DataAccessPointArn)":/i;

/** Finds access that the plan opens to people outside the account. */
export function publicExposure(changes: readonly Change[]): Finding[] {
  const grants = permissionChanges(changes).gained.filter(({ grant }) => isPublic(grant));
  return [
    ...grants.map(({ address, grant }) => ({
      address,
      what: `**anyone** may ${inCode(grant.action)} on ${inCode(grant.resource)}`,
    })),
    ...changes.flatMap(opened),
  ];
}

function isPublic({ effect, principal, condition }: Grant): boolean {
  return effect === "Allow" && principal === "*" && !NARROWING.test(condition);
}

function opened({ address, type, action, before, after }: Change): Finding[] {
  if (type === "aws_s3_bucket_public_access_block") {
    if (action === "destroy") return [{ address, what: "the block on public access goes" }];
    const off = BLOCKS.filter((name) => after?.[name] === false && before?.[name] !== false);
    return off.map((name) => ({ address, what: `${inCode(name)} is switched off` }));
  }
  if (type === "aws_s3_bucket_acl" && /public|authenticated/.test(String(after?.acl)))
    return [{ address, what: `the ACL ${inCode(after?.acl)} opens the bucket` }];
  if (type === "aws_lambda_function_url" && after?.authorization_type === "NONE")
    return [{ address, what: "**anyone** may call the function by its URL" }];
  return [];
}
