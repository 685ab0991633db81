import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { AccountDeployment } from "../src/account-deployment.ts";
import { synthesiseAccount } from "../src/synthesise.ts";
import {
  aDeployment,
  SynthesisedStack,
  synthesised,
  synthesisedWorkflow,
  temporaryFolder,
} from "./deployments.ts";
import { evaluate } from "./iam/evaluate.ts";
import { type Statement, statementsOf } from "./policies.ts";

const ACCOUNT = "123456789012";
const EXISTING = {
  existingBucket: "team-uploads",
  existingBucketKeyArn: `arn:aws:kms:us-east-1:${ACCOUNT}:key/11111111-2222-3333-4444-555555555555`,
};
const OWN_TAGS = { "aws:ResourceTag/Project": "image-pipeline", "aws:ResourceTag/Environment": "dev" };
const parts = {
  analysis: { enabled: true },
  workflow: { enabled: true },
  ci: { repository: "us/images" },
  vpc: { subnetIds: ["subnet-0123456789abcdef0"], securityGroupIds: ["sg-0123456789abcdef0"] },
  deployments: { canaryMinutes: 10 as const },
} satisfies Parameters<typeof aDeployment>[0];

function boundaryOf(environment: string, existingBuckets: Record<string, string> = {}): Statement[] {
  const stack = ciStack({ existingBuckets });
  const id = `${environment.charAt(0).toUpperCase()}${environment.slice(1)}Boundary`;
  return statementsOf(withAccount(stack.one("aws_iam_policy", id).policy));
}

function ciStack(account: Partial<AccountDeployment>): SynthesisedStack {
  const outdir = temporaryFolder();
  const { pipeline } = aDeployment(parts);
  const environments = ["dev", "prod"];
  synthesiseAccount({ pipeline, environments, existingBuckets: {}, stateBucket: null, ...account }, outdir);
  return new SynthesisedStack(join(outdir, "stacks/image-pipeline-ci/cdk.tf.json"));
}

const withAccount = (text: unknown) => String(text).replace(/\$\{[^}]*account_id\}/g, ACCOUNT);

/** The beginning of an ARN, and the attribute with the name at its end. */
const ARNS: Readonly<Record<string, [arn: string, name: string]>> = {
  aws_cloudwatch_log_group: [`arn:aws:logs:us-east-1:${ACCOUNT}:log-group:`, "name"],
  aws_kms_key: [`arn:aws:kms:us-east-1:${ACCOUNT}:key/`, "description"],
  aws_lambda_alias: [`arn:aws:lambda:us-east-1:${ACCOUNT}:function:image-pipeline-dev-worker:`, "name"],
  aws_lambda_function: [`arn:aws:lambda:us-east-1:${ACCOUNT}:function:`, "function_name"],
  aws_s3_bucket: ["arn:aws:s3:::", "bucket"],
  aws_sfn_state_machine: [`arn:aws:states:us-east-1:${ACCOUNT}:stateMachine:`, "name"],
  aws_sns_topic: [`arn:aws:sns:us-east-1:${ACCOUNT}:`, "name"],
  aws_sqs_queue: [`arn:aws:sqs:us-east-1:${ACCOUNT}:`, "name"],
};

/** Returns every action of every role of a stack with a resource that it allows. */
function grantsOf(stack: SynthesisedStack) {
  const resolve = (text: string) =>
    withAccount(
      text.replace(/\$\{(aws_\w+)\.(\w+)\.arn\}/g, (_, type: string, id: string) => {
        const [arn, name] = ARNS[type] ?? [];
        return `${arn}${stack.file.resource[type]?.[id]?.[name ?? ""]}`;
      }),
    ).replace(/:\*$/, ":log-stream:x");
  return [...stack.all("aws_iam_role_policy")].flatMap(([role, { policy }]) =>
    statementsOf(policy)
      .filter(({ Effect }) => Effect === "Allow")
      .flatMap(({ Action, Resource }) =>
        Action.flatMap((action) =>
          Resource.map((at) => ({ role, action, resource: resolve(at).replace(/(.)\*$/, "$1x") })),
        ),
      ),
  );
}

describe("the permissions boundary of an environment", () => {
  const dev = boundaryOf("dev", { dev: EXISTING.existingBucket });

  it.each([
    ["all parts", aDeployment(parts)],
    ["an existing bucket with a key", aDeployment({ ...parts, uploads: EXISTING })],
  ])("allows everything that the policies of its roles allow, with %s", (_what, deployment) => {
    const grants = [synthesised(deployment).core, synthesisedWorkflow(deployment)].flatMap(grantsOf);
    expect(grants.length).toBeGreaterThan(100);
    const refused = grants.filter(({ action, resource }) => {
      const isOwnKey = resource !== EXISTING.existingBucketKeyArn;
      const context = { "kms:ViaService": "s3.us-east-1.amazonaws.com", ...(isOwnKey && OWN_TAGS) };
      return !evaluate(dev, { action, resource, context }).isAllowed;
    });
    expect(refused).toEqual([]);
  });

  it.each([
    ["iam:PutRolePolicy", `arn:aws:iam::${ACCOUNT}:role/image-pipeline-dev-worker`],
    ["sts:AssumeRole", `arn:aws:iam::${ACCOUNT}:role/image-pipeline-apply-prod`],
    ["s3:GetObject", `arn:aws:s3:::image-pipeline-prod-uploads-${ACCOUNT}/a.jpg`],
    ["s3:GetObject", `arn:aws:s3:::image-pipeline-state-${ACCOUNT}/dev/a.tfstate`],
    ["s3:PutBucketPolicy", `arn:aws:s3:::image-pipeline-dev-uploads-${ACCOUNT}`],
    ["s3:PutObject", "arn:aws:s3:::team-uploads/a.jpg"],
    ["sns:Publish", `arn:aws:sns:us-east-1:${ACCOUNT}:image-pipeline-prod-image-results`],
    ["lambda:UpdateFunctionCode", `arn:aws:lambda:us-east-1:${ACCOUNT}:function:image-pipeline-dev-worker`],
    ["secretsmanager:GetSecretValue", `arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:a`],
  ])("refuses %s on %s", (action, resource) => {
    expect(evaluate(dev, { action, resource })).toMatchObject({ isAllowed: false });
  });

  it("allows reading an existing bucket whose notification is not the pipeline's, and the apply role no change there", () => {
    const stack = ciStack({ existingBuckets: { dev: "team-uploads" }, bridged: ["dev"] });
    const boundary = statementsOf(withAccount(stack.one("aws_iam_policy", "DevBoundary").policy));
    const read = { action: "s3:GetObject", resource: "arn:aws:s3:::team-uploads/a.jpg" };
    expect(evaluate(boundary, read)).toMatchObject({ isAllowed: true });
    expect(JSON.stringify(stack.file.resource.aws_iam_role_policy)).not.toContain("team-uploads");
  });

  it("refuses another environment's key", () => {
    const context = { ...OWN_TAGS, "aws:ResourceTag/Environment": "prod" };
    const request = { action: "kms:Decrypt", resource: `arn:aws:kms:us-east-1:${ACCOUNT}:key/a`, context };
    expect(evaluate(boundaryOf("dev"), request)).toMatchObject({ isAllowed: false });
  });
});
