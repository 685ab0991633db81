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

/** The statements of a role of an environment with a delivery, outside CloudFront's region. */
function statementsOfRole(id: string): Statement[] {
  const outdir = temporaryFolder();
  const { pipeline } = aDeployment({ region: "eu-central-1", ci: { repository: "us/images" } });
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
