import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { synthesiseAccount } from "../src/synthesise.ts";
import { aDeployment, SynthesisedStack, temporaryFolder } from "./deployments.ts";
import { evaluate } from "./iam/evaluate.ts";
import { type Statement, statementsOf } from "./policies.ts";
import { EIGHT_ENVIRONMENTS } from "./reference/eight-environments.ts";

function ciStack(account: Partial<typeof EIGHT_ENVIRONMENTS>): SynthesisedStack {
  const outdir = temporaryFolder();
  synthesiseAccount({ ...EIGHT_ENVIRONMENTS, ...account }, outdir);
  return new SynthesisedStack(join(outdir, "stacks/image-pipeline-ci/cdk.tf.json"));
}

const ACCOUNT = "123456789012";
const withAccount = (policy: unknown) => String(policy).replace(/\$\{[^}]*account_id\}/g, ACCOUNT);
/** Returns the texts of all policies of a role: the inline one, and the managed ones with a number. */
function policiesOf(stack: SynthesisedStack, id: string): string[] {
  const own = [...stack.all("aws_iam_role_policy"), ...stack.all("aws_iam_policy")];
  return own
    .filter(([path]) => new RegExp(`^${id}Policy\\d*$`).test(path))
    .map(([, { policy }]) => withAccount(policy));
}
const allowed = (stack: SynthesisedStack, id: string): Statement[] =>
  policiesOf(stack, id).flatMap((policy) => statementsOf(policy));

describe("the roles of GitHub Actions", () => {
  const stack = ciStack({
    pipeline: aDeployment({ ci: { repository: "us/images" } }).pipeline,
    environments: ["dev", "prod"],
  });
  const at = (service: string, rest: string) => `arn:aws:${service}:us-east-1:${ACCOUNT}:${rest}`;
  const alarm = at("cloudwatch", "alarm:*");
  const topic = at("sns", "image-pipeline-prod-image-events");
  const mapping = at("lambda", "event-source-mapping:11111111-2222-3333-4444-555555555555");
  const key = at("kms", "key/11111111-2222-3333-4444-555555555555");
  const role = `arn:aws:iam::${ACCOUNT}:role/image-pipeline-prod-worker`;
  const own = { "aws:ResourceTag/Project": "image-pipeline", "aws:ResourceTag/Environment": "prod" };
  const made = { "aws:RequestTag/Project": "image-pipeline", "aws:RequestTag/Environment": "prod" };
  const through = (service: string) => ({ ...own, "kms:ViaService": `${service}.us-east-1.amazonaws.com` });

  it.each([
    ["lambda:ListTags", mapping, {}],
    ["cloudwatch:DescribeAlarms", alarm, {}],
    ["sns:GetSubscriptionAttributes", "*", {}],
    ["sns:ListSubscriptionsByTopic", topic, {}],
    ["kms:Decrypt", key, through("lambda")],
    ["kms:Decrypt", key, through("states")],
    ["s3:GetBucketNotification", "arn:aws:s3:::team-uploads", {}],
  ])("may plan and apply with %s on %s", (action, resource, context) => {
    for (const id of ["Plan", "ApplyProd"])
      expect(evaluate(allowed(stack, id), { action, resource, context })).toMatchObject({ isAllowed: true });
  });

  it.each([
    ["lambda:TagResource", mapping, made],
    ["lambda:TagResource", mapping, own],
    ["lambda:UntagResource", mapping, own],
    ["cloudwatch:PutCompositeAlarm", alarm, {}],
    ["sns:SetSubscriptionAttributes", "*", {}],
    ["sns:Unsubscribe", "*", {}],
    ["s3:PutBucketNotification", "arn:aws:s3:::team-uploads", {}],
    ["iam:PassRole", role, { "iam:PassedToService": "lambda.amazonaws.com" }],
    ["iam:PassRole", role, { "iam:PassedToService": "states.amazonaws.com" }],
    ["iam:PassRole", role, { "iam:PassedToService": "pipes.amazonaws.com" }],
    ["iam:PassRole", role, { "iam:PassedToService": "chatbot.amazonaws.com" }],
  ])("may apply with %s on %s, but not plan", (action, resource, context) => {
    const request = { action, resource, context };
    expect(evaluate(allowed(stack, "ApplyProd"), request)).toMatchObject({ isAllowed: true });
    expect(evaluate(allowed(stack, "Plan"), request)).toMatchObject({ isAllowed: false });
  });

  it.each([
    ["iam:PassRole", role, { "iam:PassedToService": "ec2.amazonaws.com" }],
    ["lambda:UntagResource", mapping, { ...own, "aws:ResourceTag/Environment": "dev" }],
    ["kms:Decrypt", key, { ...through("lambda"), "aws:ResourceTag/Project": "other" }],
    ["s3:PutBucketPolicy", "arn:aws:s3:::team-uploads", {}],
    ["s3:GetObject", "arn:aws:s3:::team-uploads/photo.jpg", {}],
  ])("may not apply with %s on %s and these condition keys: %j", (action, resource, context) => {
    expect(evaluate(allowed(stack, "ApplyProd"), { action, resource, context })).toMatchObject({
      isAllowed: false,
    });
  });

  const foreignKey = { "aws:ResourceTag/Project": "other", "aws:ResourceTag/Environment": "prod" };
  const ownFunction = { "lambda:FunctionArn": at("lambda", "function:image-pipeline-prod-worker") };
  const otherFunction = { "lambda:FunctionArn": at("lambda", "function:image-pipeline-dev-worker") };
  const alias = at("kms", "alias/image-pipeline-prod");

  const boundary = {
    "iam:PermissionsBoundary": `arn:aws:iam::${ACCOUNT}:policy/image-pipeline-prod-boundary`,
  };
  const otherBoundary = {
    "iam:PermissionsBoundary": `arn:aws:iam::${ACCOUNT}:policy/image-pipeline-dev-boundary`,
  };

  it.each([
    ["create a role with the boundary", "iam:CreateRole", role, boundary],
    ["give a role within the boundary permissions", "iam:PutRolePolicy", role, boundary],
    ["put the boundary on a role", "iam:PutRolePermissionsBoundary", role, boundary],
    ["tag a new key", "kms:TagResource", key, made],
    ["name its own key", "kms:CreateAlias", key, own],
    ["use its own alias", "kms:CreateAlias", alias, {}],
    ["create a mapping of its own function", "lambda:CreateEventSourceMapping", "*", ownFunction],
    ["delete a mapping of its own function", "lambda:DeleteEventSourceMapping", mapping, ownFunction],
  ])("may %s", (_what, action, resource, context) => {
    const decision = evaluate(allowed(stack, "ApplyProd"), { action, resource, context });
    expect(decision).toMatchObject({ isAllowed: true });
  });

  it.each([
    ["create a role without the boundary", "iam:CreateRole", role, {}],
    ["give a role without the boundary permissions", "iam:PutRolePolicy", role, {}],
    ["put another boundary on a role", "iam:PutRolePermissionsBoundary", role, otherBoundary],
    ["remove the boundary of a role", "iam:DeleteRolePermissionsBoundary", role, boundary],
    ["take over a key by its tags", "kms:TagResource", key, { ...made, ...foreignKey }],
    [
      "take over a key that has an alias",
      "kms:TagResource",
      key,
      { ...made, "kms:ResourceAliases": ["alias/payroll"] },
    ],
    [
      "give its tags to another environment's key",
      "kms:TagResource",
      key,
      { ...made, ...own, "aws:ResourceTag/Environment": "dev" },
    ],
    ["name another owner's key", "kms:CreateAlias", key, foreignKey],
    ["name an untagged key", "kms:UpdateAlias", key, {}],
    ["use another environment's alias", "kms:CreateAlias", at("kms", "alias/image-pipeline-dev"), {}],
    [
      "create a key with another environment's tag",
      "kms:CreateKey",
      "*",
      { ...made, "aws:RequestTag/Environment": "dev" },
    ],
    ["create another environment's mapping", "lambda:CreateEventSourceMapping", "*", otherFunction],
    ["change another environment's mapping", "lambda:UpdateEventSourceMapping", mapping, otherFunction],
    ["delete another environment's mapping", "lambda:DeleteEventSourceMapping", mapping, otherFunction],
    [
      "take over another environment's mapping by its tags",
      "lambda:TagResource",
      mapping,
      { ...made, ...own, "aws:ResourceTag/Environment": "dev" },
    ],
  ])("may not %s", (_what, action, resource, context) => {
    const decision = evaluate(allowed(stack, "ApplyProd"), { action, resource, context });
    expect(decision).toMatchObject({ isAllowed: false });
  });

  it("touch the existing bucket only with the roles of its environment", () => {
    const request = { action: "s3:PutBucketNotification", resource: "arn:aws:s3:::team-uploads" };
    expect(evaluate(allowed(stack, "ApplyDev"), request)).toMatchObject({ isAllowed: false });
  });
});

describe("the tokens and the provider of GitHub", () => {
  const withCi = (ci: object) =>
    ciStack({
      pipeline: aDeployment({ ci: { repository: "us/images", ...ci } }).pipeline,
      environments: ["prod"],
    });
  const trustOf = (stack: SynthesisedStack, id: string) =>
    JSON.parse(String(stack.one("aws_iam_role", id).assume_role_policy)).Statement[0];
  const subjectsOf = (stack: SynthesisedStack, id: string) =>
    trustOf(stack, id).Condition.StringEquals["token.actions.githubusercontent.com:sub"];

  it("are trusted with and without ids if the config has the ids", () => {
    const stack = withCi({ ownerId: 12, repositoryId: 345 });
    expect(subjectsOf(stack, "Plan")).toEqual([
      "repo:us/images:environment:prod-plan",
      "repo:us@12/images@345:environment:prod-plan",
    ]);
    expect(subjectsOf(stack, "ApplyProd")).toEqual([
      "repo:us/images:environment:prod",
      "repo:us@12/images@345:environment:prod",
    ]);
  });

  it("use the account's provider, and create none, with ci.existingProvider", () => {
    const stack = withCi({ existingProvider: true });
    expect(stack.all("aws_iam_openid_connect_provider").size).toBe(0);
    expect(trustOf(stack, "Plan").Principal.Federated).toMatch(
      /^\$\{data\.aws_iam_openid_connect_provider\.\w+\.arn\}$/,
    );
    expect(Object.values(stack.file.data?.aws_iam_openid_connect_provider ?? {})).toMatchObject([
      { url: "https://token.actions.githubusercontent.com" },
    ]);
  });
});

describe("the sizes of the roles' policies", () => {
  const stack = ciStack({});
  const roles = [...stack.all("aws_iam_role").keys()];

  it.each(roles)("%s stays below IAM's limits in an account with eight environments", (id) => {
    const [inline = "", ...managed] = policiesOf(stack, id);
    expect(inline.length).toBeLessThanOrEqual(10_240);
    for (const policy of managed) expect(policy.length).toBeLessThanOrEqual(6144);
    expect(managed.length).toBeLessThanOrEqual(10);
  });

  it("the plan role has the statements beyond the inline limit in managed policies that are attached to it", () => {
    const attached = [...stack.all("aws_iam_role_policy_attachment").values()];
    const role = stack.reference("aws_iam_role", "Plan", "name");
    expect(attached.filter((one) => one.role === role)).toHaveLength(policiesOf(stack, "Plan").length - 1);
    expect(policiesOf(stack, "Plan").length).toBeGreaterThan(1);
    expect(allowed(stack, "Plan").map(({ Sid }) => Sid)).toContain("UseStateKey");
  });

  it("synth refuses an account with so many environments that a policy cannot be divided", () => {
    const environments = Array.from({ length: 60 }, (_, index) => `environment-${index}`);
    expect(() => ciStack({ environments })).toThrow(
      /the account has \d+ errors:[\s\S]*image-pipeline-ci\/PlanPolicy\d+: characters: \d+; IAM allows at most 6144/,
    );
  });
});
