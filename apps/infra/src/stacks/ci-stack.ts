import { DataAwsIamOpenidConnectProvider } from "@cdktf/provider-aws/lib/data-aws-iam-openid-connect-provider/index.js";
import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider/index.js";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment/index.js";
import type { Pipeline } from "@image-pipeline/schema/config";
import { TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { type AccountDeployment, toAccountNames } from "../account-deployment.ts";
import { readStatements, type Scope, stateStatements, writeStatements } from "../policies/ci-policy.ts";
import { policyDocument, type Statement } from "../policies/policy-document.ts";
import { divideStatements } from "../policies/policy-size.ts";
import { bindAccountStack } from "./bind-to-account.ts";

const ISSUER = "token.actions.githubusercontent.com";
const AUDIENCE = "sts.amazonaws.com";
/** A deployment takes minutes; an hour is IAM's default. */
const SESSION_SECONDS = 3600;

interface RoleProps {
  name: string;
  description: string;
  providerArn: string;
  /** The `sub` claims of the tokens that may assume the role (docs.github.com/actions/reference/openid-connect-reference). */
  subjects: readonly string[];
  permissions: readonly Statement[];
}

/**
 * Roles with which the workflows of a GitHub repository deploy, without stored keys: one that reads and plans, and one for
 * each environment that only a job in that GitHub environment, after its approvals, can assume.
 */
export class CiStack extends TerraformStack {
  constructor(scope: Construct, account: AccountDeployment, repository: string) {
    super(scope, "image-pipeline-ci");
    const accountId = bindAccountStack(this, account);
    const names = toAccountNames(account);
    const { ci } = account.pipeline;
    const providerArn = findProvider(this, ci.existingProvider);
    const subjects = (claim: string) => toSubjects(repository, ci, claim);
    const toScope = (environments: readonly string[]): Scope => ({
      names,
      accountId,
      environments,
      existingBuckets: environments.flatMap((environment) => account.existingBuckets[environment] ?? []),
    });
    const all = toScope(account.environments);
    this.createRole("Plan", {
      name: names.planRole,
      description: `GitHub Actions of ${repository}: reads and plans`,
      providerArn,
      subjects: [
        ...subjects("pull_request"),
        ...subjects(`ref:refs/heads/${ci.branch}`),
        // The subject of a job in a GitHub environment has neither branch nor event.
        ...account.environments.flatMap((environment) => subjects(`environment:${environment}-plan`)),
      ],
      permissions: [...readStatements(all), ...stateStatements(all, false)],
    });
    for (const environment of account.environments) {
      const own = toScope([environment]);
      this.createRole(`Apply${environment.charAt(0).toUpperCase()}${environment.slice(1)}`, {
        name: names.applyRole(environment),
        description: `GitHub Actions of ${repository}: deploys ${environment}`,
        providerArn,
        subjects: subjects(`environment:${environment}`),
        permissions: [...readStatements(own), ...writeStatements(own), ...stateStatements(own, true)],
      });
    }
  }

  private createRole(id: string, { name, description, providerArn, subjects, permissions }: RoleProps): void {
    const role = new IamRole(this, id, {
      name,
      description,
      maxSessionDuration: SESSION_SECONDS,
      assumeRolePolicy: trust(providerArn, subjects),
    });
    const { inline, managed } = divideStatements(this, permissions);
    new IamRolePolicy(this, `${id}Policy`, { name, role: role.name, policy: policyDocument(inline) });
    managed.forEach((statements, index) => {
      this.attachPolicy(`${id}Policy${index + 2}`, { name: `${name}-${index + 2}`, role, statements });
    });
    new TerraformOutput(this, `${name.replaceAll("-", "_")}_role_arn`, { value: role.arn, staticId: true });
  }

  /** Attaches a managed policy, for statements that exceed the limit of inline policies. */
  private attachPolicy(
    id: string,
    { name, role, statements }: { name: string; role: IamRole; statements: readonly Statement[] },
  ): void {
    const { arn } = new IamPolicy(this, id, { name, policy: policyDocument(statements) });
    new IamRolePolicyAttachment(this, `${id}Attachment`, { role: role.name, policyArn: arn });
  }
}

/** Returns the ARN of the account's only identity provider for GitHub, which the stack creates unless it exists. */
function findProvider(stack: TerraformStack, exists: boolean): string {
  const url = `https://${ISSUER}`;
  if (exists) return new DataAwsIamOpenidConnectProvider(stack, "ExistingGitHub", { url }).arn;
  return new IamOpenidConnectProvider(stack, "GitHub", { url, clientIdList: [AUDIENCE] }).arn;
}

/**
 * Returns the `sub` claims of a repository's tokens. Repositories created or renamed since 15 July 2026 have subjects with
 * ids, which stay the same (github.blog/changelog, 2026-04-23).
 */
function toSubjects(repository: string, { ownerId, repositoryId }: Pipeline["ci"], claim: string): string[] {
  const plain = `repo:${repository}:${claim}`;
  if (ownerId === null || repositoryId === null) return [plain];
  const [owner, name] = repository.split("/");
  return [plain, `repo:${owner}@${ownerId}/${name}@${repositoryId}:${claim}`];
}

function trust(providerArn: string, subjects: readonly string[]): string {
  const statement = {
    Effect: "Allow",
    Principal: { Federated: providerArn },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: { StringEquals: { [`${ISSUER}:aud`]: AUDIENCE, [`${ISSUER}:sub`]: subjects } },
  };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}
