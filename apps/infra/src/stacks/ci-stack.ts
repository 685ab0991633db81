import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { type AccountDeployment, toAccountNames } from "../account-deployment.ts";
import { readStatements, type Scope, stateStatements, writeStatements } from "../policies/ci-policy.ts";
import { policyDocument, type Statement } from "../policies/policy-document.ts";
import { bindAccountStack } from "./bind-to-account.ts";

const ISSUER = "token.actions.githubusercontent.com";
const AUDIENCE = "sts.amazonaws.com";
/** A deployment takes minutes; an hour is IAM's default. */
const SESSION_SECONDS = 3600;

interface RoleProps {
  name: string;
  description: string;
  provider: IamOpenidConnectProvider;
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
    const provider = new IamOpenidConnectProvider(this, "GitHub", {
      url: `https://${ISSUER}`,
      clientIdList: [AUDIENCE],
    });
    const all: Scope = { names, accountId, environments: account.environments };
    this.createRole("Plan", {
      name: names.planRole,
      description: `GitHub Actions of ${repository}: reads and plans`,
      provider,
      subjects: [
        `repo:${repository}:pull_request`,
        `repo:${repository}:ref:refs/heads/${account.pipeline.ci.branch}`,
      ],
      permissions: [...readStatements(all), ...stateStatements(all, false)],
    });
    for (const environment of account.environments) {
      const own: Scope = { names, accountId, environments: [environment] };
      this.createRole(`Apply${environment.charAt(0).toUpperCase()}${environment.slice(1)}`, {
        name: names.applyRole(environment),
        description: `GitHub Actions of ${repository}: deploys ${environment}`,
        provider,
        subjects: [`repo:${repository}:environment:${environment}`],
        permissions: [...readStatements(own), ...writeStatements(own), ...stateStatements(own, true)],
      });
    }
  }

  private createRole(id: string, { name, description, provider, subjects, permissions }: RoleProps): void {
    const role = new IamRole(this, id, {
      name,
      description,
      maxSessionDuration: SESSION_SECONDS,
      assumeRolePolicy: trust(provider.arn, subjects),
    });
    new IamRolePolicy(this, `${id}Policy`, { name, role: role.name, policy: policyDocument(permissions) });
    new TerraformOutput(this, `${name.replaceAll("-", "_")}_role_arn`, { value: role.arn, staticId: true });
  }
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
