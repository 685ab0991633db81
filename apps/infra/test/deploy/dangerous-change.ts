import { z } from "zod";
import type { StackFile } from "./moto-adaptations.ts";

const Policy = z.looseObject({ Statement: z.array(z.looseObject({ Sid: z.string() })) });

/** Makes changes that a review must refuse: it renames a bucket, opens another and widens a role. */
export function makeDangerous({ resource }: StackFile): void {
  const processed = find(resource.aws_s3_bucket, "Processed");
  processed.bucket = `${processed.bucket}-renamed`;
  find(resource.aws_s3_bucket_public_access_block, "Uploads").block_public_policy = false;
  const ingest = find(resource.aws_iam_role_policy, "Ingest");
  const policy = Policy.parse(JSON.parse(z.string().parse(ingest.policy)));
  for (const statement of policy.Statement)
    if (statement.Sid === "PublishImageEvents") Object.assign(statement, { Action: "sns:*", Resource: "*" });
  ingest.policy = JSON.stringify(policy);
}

function find(blocks: StackFile["resource"][string] | undefined, part: string): Record<string, unknown> {
  const found = Object.entries(blocks ?? {}).find(([id]) => id.startsWith(part))?.[1];
  if (!found) throw new Error(`no resource of ${part}`);
  return found;
}

/** Gives the stack another name, as in the config: in the guard of its place and in the names of its buckets. */
export function rename(stack: StackFile): void {
  const { terraform_data, aws_s3_bucket } = stack.resource;
  const renamed = JSON.stringify({ terraform_data, aws_s3_bucket }).replaceAll('"image-pipeline', '"renamed');
  Object.assign(stack.resource, JSON.parse(renamed));
}
