import { join } from "node:path";
import { expect, it } from "vitest";
import { synthesiseAccount } from "../../src/synthesise.ts";
import { aDeployment, SynthesisedStack, temporaryFolder } from "../deployments.ts";
import { evaluate } from "../iam/evaluate.ts";
import { type Statement, statementsOf } from "../policies.ts";

const ACCOUNT = "123456789012";
const TOPIC = `arn:aws:sns:us-east-1:${ACCOUNT}:image-pipeline-dev-edge-alarms`;
const ALARM = `arn:aws:cloudwatch:us-east-1:${ACCOUNT}:alarm:image-pipeline-dev-delivery-5xx`;
const URL = `arn:aws:lambda:eu-central-1:${ACCOUNT}:function:image-pipeline-dev-resolver:live`;

/** The statements of a role of an environment with a delivery, by default outside CloudFront's region. */
function statementsOfRole(id: string, region = "eu-central-1"): Statement[] {
  const outdir = temporaryFolder();
  const { pipeline } = aDeployment({ region, ci: { repository: "us/images" } });
  const deliveries = [{ environment: "dev", zoneId: null }];
  synthesiseAccount(
    { pipeline, environments: ["dev"], existingBuckets: {}, deliveries, stateBucket: null },
    outdir,
  );
  const stack = new SynthesisedStack(join(outdir, "stacks/image-pipeline-ci/cdk.tf.json"));
  return [...stack.all("aws_iam_role_policy"), ...stack.all("aws_iam_policy")]
    .filter(([name]) => name.startsWith(id))
    .flatMap(([, { policy }]) => statementsOf(String(policy).replace(/\$\{[^}]*account_id\}/g, ACCOUNT)));
}

const plan = statementsOfRole("Plan");
const apply = statementsOfRole("ApplyDev");

it.each([
  ["sns:GetTopicAttributes", TOPIC],
  ["sns:ListTagsForResource", TOPIC],
  ["cloudwatch:ListTagsForResource", ALARM],
  ["lambda:GetFunctionUrlConfig", URL],
])("the roles that plan and apply may read by %s in CloudFront's region", (action, resource) => {
  expect(evaluate(plan, { action, resource })).toMatchObject({ isAllowed: true });
  expect(evaluate(apply, { action, resource })).toMatchObject({ isAllowed: true });
});

it.each([
  ["sns:CreateTopic", TOPIC],
  ["sns:TagResource", TOPIC],
  ["cloudwatch:PutMetricAlarm", ALARM],
  ["cloudwatch:TagResource", ALARM],
  ["lambda:CreateFunctionUrlConfig", URL],
])("only the role that applies may change by %s", (action, resource) => {
  expect(evaluate(plan, { action, resource })).toMatchObject({ isAllowed: false });
  expect(evaluate(apply, { action, resource })).toMatchObject({ isAllowed: true });
});

const OWN = { Project: "image-pipeline", Environment: "dev" };
const tags = (kind: string, values: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`aws:${kind}/${name}`, value]));

it.each([
  ["allows", "a new distribution as its own", OWN, {}],
  ["refuses", "a new distribution as another environment's", { ...OWN, Environment: "prod" }, {}],
  ["allows", "its own distribution with one more tag", { Owner: "images" }, OWN],
  ["refuses", "another environment's distribution as its own", OWN, { ...OWN, Environment: "prod" }],
])("the policy of the role that applies %s to tag %s", (decision, _what, requested, present) => {
  const request = {
    action: "cloudfront:TagResource",
    resource: `arn:aws:cloudfront::${ACCOUNT}:distribution/E1`,
    context: { ...tags("RequestTag", requested), ...tags("ResourceTag", present) },
  };
  expect(evaluate(apply, request)).toMatchObject({ isAllowed: decision === "allows" });
});

it("has no statements for alarms in CloudFront's region if the environment is there, whose own allow them", () => {
  const inRegion = statementsOfRole("ApplyDev", "us-east-1");
  expect(inRegion.map(({ Sid }) => Sid).filter((sid) => /Edge(Alarms|Topic)/.test(sid))).toEqual([]);
  for (const [action, resource] of [
    ["cloudwatch:PutMetricAlarm", ALARM],
    ["cloudwatch:ListTagsForResource", ALARM],
  ] as const)
    expect(evaluate(inRegion, { action, resource })).toMatchObject({ isAllowed: true });
});
