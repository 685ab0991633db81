import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { type Statement, statementsOf } from "../policies.ts";

const REGION = "us-east-1";
const OPERATOR = "operator";

export interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}
export interface DeployedPolicy {
  role: string;
  statements: Statement[];
}

/** moto's IAM, which allows every call until enforcement is switched on for the whole server. */
export class EnforcedIam {
  /** Keys of a user with all permissions, like a deployer. */
  readonly operator: Keys;
  private readonly endpoint: string;
  private readonly iam: IAMClient;

  private constructor(endpoint: string, iam: IAMClient, operator: Keys) {
    this.endpoint = endpoint;
    this.iam = iam;
    this.operator = operator;
  }

  static async prepare(endpoint: string, policies: readonly DeployedPolicy[]): Promise<EnforcedIam> {
    const iam = new IAMClient({
      endpoint,
      region: REGION,
      credentials: { accessKeyId: "x", secretAccessKey: "x" },
    });
    await iam.send(new CreateUserCommand({ UserName: OPERATOR }));
    const everything = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
    };
    const own = { UserName: OPERATOR, PolicyName: "everything" };
    await iam.send(new PutUserPolicyCommand({ ...own, PolicyDocument: JSON.stringify(everything) }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: OPERATOR }));
    for (const { role, statements } of policies)
      await iam.send(
        new PutRolePolicyCommand({ RoleName: role, PolicyName: role, PolicyDocument: forMoto(statements) }),
      );
    return new EnforcedIam(endpoint, iam, toKeys(AccessKey));
  }

  async enforce(): Promise<void> {
    await this.resetAuth("0");
  }

  /** Switches enforcement off and removes the operator. */
  async stopEnforcing(): Promise<void> {
    await this.resetAuth("inf");
    const { accessKeyId: AccessKeyId } = this.operator;
    await this.iam.send(new DeleteAccessKeyCommand({ UserName: OPERATOR, AccessKeyId }));
    await this.iam.send(new DeleteUserPolicyCommand({ UserName: OPERATOR, PolicyName: "everything" }));
    await this.iam.send(new DeleteUserCommand({ UserName: OPERATOR }));
  }

  async credentialsOf(role: string): Promise<Keys> {
    const sts = new STSClient({ endpoint: this.endpoint, region: REGION, credentials: this.operator });
    const RoleArn = `arn:aws:iam::123456789012:role/${role}`;
    const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "tier-4" }));
    return toKeys(Credentials);
  }

  /** Sends plain text: for any other body moto answers 500. */
  private async resetAuth(body: string): Promise<void> {
    const headers = { "Content-Type": "text/plain" };
    const answer = await fetch(`${this.endpoint}/moto-api/reset-auth`, { method: "POST", headers, body });
    if (!answer.ok) throw new Error(`moto did not change its enforcement: ${answer.status}`);
  }
}

/** Actions whose batch form AWS allows by the single action; moto requires the name of the batch form. */
const BATCHED = new Set(["sns:Publish", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"]);

/**
 * Returns a policy for moto, which requires the resource `*` for topics, and the bucket for DeleteObjects. `evaluate.ts` checks
 * the original policies for these, and alone those for CloudFront, of which moto gets no call.
 */
function forMoto(statements: readonly Statement[]): string {
  const widened = statements.map((statement) => ({
    ...statement,
    Action: statement.Action.flatMap(toMotoActions),
    Resource: toMotoResources(statement),
  }));
  return JSON.stringify({ Version: "2012-10-17", Statement: widened });
}

/** Returns the actions that moto requires: for a version's tags, it requires those of the object. */
function toMotoActions(action: string): string[] {
  if (BATCHED.has(action)) return [action, `${action}Batch`];
  return action === "s3:PutObjectVersionTagging" ? [action, "s3:PutObjectTagging"] : [action];
}

function toMotoResources({ Action, Resource }: Statement): string[] {
  if (Action.every((action) => action.startsWith("sns:"))) return ["*"];
  if (!Action.includes("s3:DeleteObject")) return Resource;
  return [...Resource, ...Resource.map((arn) => arn.replace(/\/.*$/, ""))];
}

/** Returns the policies of the roles in a state, from `terraform show -json`. */
export function deployedPolicies(state: string): DeployedPolicy[] {
  const { values } = JSON.parse(state);
  const resources: { type: string; values: Record<string, unknown> }[] = values.root_module.resources;
  return resources
    .filter(({ type }) => type === "aws_iam_role_policy")
    .map(({ values: { role, policy } }) => ({ role: String(role), statements: statementsOf(policy) }));
}

function toKeys(given?: {
  AccessKeyId?: string | undefined;
  SecretAccessKey?: string | undefined;
  SessionToken?: string | undefined;
}): Keys {
  const {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
  } = given ?? {};
  if (!accessKeyId || !secretAccessKey) throw new Error("the answer holds no keys");
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
}
