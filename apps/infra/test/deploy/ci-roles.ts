import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { synthesiseAccount } from "../../src/synthesise.ts";
import { type Statement, statementsOf } from "../policies.ts";

const Role = z.looseObject({ name: z.string() });
const RolePolicy = z.looseObject({ role: z.string(), policy: z.string() });
const CiStack = z.object({
  resource: z.object({
    aws_iam_role: z.record(z.string(), Role),
    aws_iam_role_policy: z.record(z.string(), RolePolicy),
  }),
});

/** Returns the statements of each role in the synthesised image-pipeline-ci, by its name. */
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
  const { aws_iam_role: roles, aws_iam_role_policy: policies } = CiStack.parse(JSON.parse(text)).resource;
  return new Map(
    Object.entries(roles).map(([id, { name }]) => {
      const own = Object.values(policies).filter(({ role }) => role.startsWith(`\${aws_iam_role.${id}.`));
      return [name, own.flatMap(({ policy }) => statementsOf(policy))];
    }),
  );
}
