import { DataAwsIamOpenidConnectProvider } from "@cdktf/provider-aws/lib/data-aws-iam-openid-connect-provider/index.js";
import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider/index.js";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment/index.js";
import type { Pipeline } from "@image-pipeline/schema/config";
import { toNames } from "@image-pipeline/schema/names";
import { TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { type AccountDeployment, toAccountNames } from "../account-deployment.ts";
import { boundaryStatements } from "../policies/ci-boundary.ts";
import { readDelivery, writeDelivery } from "../policies/ci-delivery-policy.ts";
import { readStatements, stateStatements, writeStatements } from "../policies/ci-policy.ts";
import type { Scope } from "../policies/ci-scope.ts";
import { policyDocument, type Statement } from "../policies/policy-document.ts";
import { divideStatements } from "../policies/policy-size.ts";
import { bindAccountStack } from "./bind-to-account.ts";
import { requiredBoundary } from "./role-settings.ts";

const ISSUER = "token.actions.githubusercontent.com";
const AUDIENCE = "sts.amazonaws.com";
/** A plan takes minutes; an hour is IAM's default. */
const PLAN_SESSION_SECONDS = 3600;
/** Canaries of four stacks take up to 15 minutes each, one after the other; `deploy.yml` asks for the same time. */
const APPLY_SESSION_SECONDS = 7200;

interface RoleProps {
  name: string;
  description: string;
  providerArn: string;
  /** The `sub` claims of the tokens that may assume the role (docs.github.com/actions/reference/openid-connect-reference). */
  subjects: readonly string[];
  /** The only branch whose jobs may assume the role; null for any. */
  branch: string | null;
  maxSessionDuration: number;
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
    const existingOf = (environments: readonly string[]) =>
      environments.flatMap((environment) => account.existingBuckets[environment] ?? []);
    const toScope = (environments: readonly string[]): Scope => ({
      names,
      accountId,
      environments,
      existingBuckets: existingOf(environments),
      notifiedBuckets: existingOf(environments.filter((one) => !account.bridged?.includes(one))),
      deliveries: (account.deliveries ?? []).filter(({ environment }) => environments.includes(environment)),
      webhooks: (account.webhooks ?? []).filter(({ environment }) => environments.includes(environment)),
    });
    const all = toScope(account.environments);
    this.createRole("Plan", {
      name: names.planRole,
      description: `GitHub Actions of ${repository}: reads and plans`,
      providerArn,
      // The subject of a job in a GitHub environment has neither branch nor event: the environment's rules decide who plans.
      subjects: account.environments.flatMap((environment) => subjects(`environment:${environment}-plan`)),
      branch: null,
      maxSessionDuration: PLAN_SESSION_SECONDS,
      permissions: [...readStatements(all), ...readDelivery(all), ...stateStatements(all, false)],
    });
    for (const environment of account.environments) {
      const own = toScope([environment]);
      const part = `${environment.charAt(0).toUpperCase()}${environment.slice(1)}`;
      const iam = account.iam?.[environment] ?? account.pipeline.iam;
      const pipeline = { ...account.pipeline, iam, environment };
      this.createBoundary(`${part}Boundary`, pipeline, own);
      this.createRole(`Apply${part}`, {
        name: names.applyRole(environment),
        description: `GitHub Actions of ${repository}: deploys ${environment}`,
        providerArn,
        subjects: subjects(`environment:${environment}`),
        branch: names.partition === "aws" ? ci.branch : null,
        maxSessionDuration: APPLY_SESSION_SECONDS,
        permissions: [
          ...writeStatements(own, requiredBoundary(pipeline, accountId)),
          ...readDelivery(own),
          ...writeDelivery(own),
          ...stateStatements(own, true),
        ],
      });
    }
  }

  /** Creates the permissions boundary of an environment's roles, unless the config names one. */
  private createBoundary(id: string, pipeline: Pipeline, scope: Scope): void {
    const { environment, iam } = pipeline;
    if (iam.permissionsBoundary !== null) return;
    new IamPolicy(this, id, {
      name: toNames(pipeline).boundaryPolicy,
      description: `The most that a role of the environment ${environment} may do, whatever its own policy says`,
      policy: policyDocument(boundaryStatements(scope)),
    });
  }

  private createRole(
    id: string,
    { name, description, maxSessionDuration, permissions, ...trusted }: RoleProps,
  ): void {
    const role = new IamRole(this, id, {
      name,
      description,
      maxSessionDuration,
      assumeRolePolicy: trust(trusted),
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

/**
 * Returns the trust policy of a role. GitHub creates an environment that a job names and nobody has protected, so the branch
 * is checked too: AWS knows the claim `ref` since January 2026, in its commercial regions
 * (docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html).
 */
function trust({
  providerArn,
  subjects,
  branch,
}: Pick<RoleProps, "providerArn" | "subjects" | "branch">): string {
  const claims = {
    [`${ISSUER}:aud`]: AUDIENCE,
    [`${ISSUER}:sub`]: subjects,
    ...(branch !== null && { [`${ISSUER}:ref`]: `refs/heads/${branch}` }),
  };
  const statement = {
    Effect: "Allow",
    Principal: { Federated: providerArn },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: { StringEquals: claims },
  };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}
