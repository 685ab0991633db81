import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { synthesiseAccount } from "../../src/synthesise.ts";
import { type Statement, statementsOf } from "../policies.ts";

const Role = z.looseObject({ name: z.string() });
const RolePolicy = z.looseObject({ role: z.string(), policy: z.string() });
const Policy = z.looseObject({ policy: z.string() });
const Attachment = z.looseObject({ role: z.string(), policy_arn: z.string() });
const CiStack = z.object({
  resource: z.object({
    aws_iam_role: z.record(z.string(), Role),
    aws_iam_role_policy: z.record(z.string(), RolePolicy),
    aws_iam_policy: z.record(z.string(), Policy).default({}),
    aws_iam_role_policy_attachment: z.record(z.string(), Attachment).default({}),
  }),
});

/** Returns the statements of each role in the synthesised image-pipeline-ci, inline and attached, by its name. */
export function ciRoles(
  account: Parameters<typeof synthesiseAccount>[0],
  outdir: string,
): Map<string, Statement[]> {
  synthesiseAccount(account, outdir);
  const path = join(outdir, "stacks/image-pipeline-ci/cdk.tf.json");
  const text = readFileSync(path, "utf8").replaceAll(
    /\$\{data\.aws_caller_identity\.\w+\.account_id\}/g,
    "123456789012",
  );
  const { resource } = CiStack.parse(JSON.parse(text));
  return new Map(
    Object.entries(resource.aws_iam_role).map(([id, { name }]) => [
      name,
      policiesOf(id, resource).flatMap(({ policy }) => statementsOf(policy)),
    ]),
  );
}

/** Returns the inline policies of a role, and the managed ones that are attached to it. */
function policiesOf(roleId: string, resource: z.infer<typeof CiStack>["resource"]): { policy: string }[] {
  const isOwn = ({ role }: { role: string }) => role.startsWith(`\${aws_iam_role.${roleId}.`);
  const attached = Object.values(resource.aws_iam_role_policy_attachment)
    .filter(isOwn)
    .map(({ policy_arn }) => policy_arn);
  return [
    ...Object.values(resource.aws_iam_role_policy).filter(isOwn),
    ...Object.entries(resource.aws_iam_policy)
      .filter(([id]) => attached.some((arn) => arn.startsWith(`\${aws_iam_policy.${id}.`)))
      .map(([, policy]) => policy),
  ];
}
