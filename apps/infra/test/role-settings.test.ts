import { join } from "node:path";
import { expect, it } from "vitest";
import { synthesiseAccount } from "../src/synthesise.ts";
import {
  aDeployment,
  SynthesisedStack,
  synthesised,
  synthesisedWorkflow,
  temporaryFolder,
} from "./deployments.ts";
import { statementOf } from "./policies.ts";

const boundary = "arn:aws:iam::123456789012:policy/developers-boundary";
const settings = {
  analysis: { enabled: true },
  workflow: { enabled: true },
  ci: { repository: "us/images" },
  alarms: { slack: { workspaceId: "T012ABC", channelId: "C012ABC" } },
};
const iam = { path: "/teams/images/", permissionsBoundary: boundary };
const deployment = aDeployment({ ...settings, iam });
const account = stackOfAccount(deployment);
const { core } = synthesised(deployment);
const stacks = [core, synthesisedWorkflow(deployment), account];

function stackOfAccount({ pipeline }: typeof deployment): SynthesisedStack {
  const outdir = temporaryFolder();
  synthesiseAccount({ pipeline, environments: ["dev"], existingBuckets: {}, stateBucket: null }, outdir);
  return new SynthesisedStack(join(outdir, "stacks/image-pipeline-ci/cdk.tf.json"));
}

it("gives every role of every stack the path and the permissions boundary of the config", () => {
  const roles = stacks.flatMap((stack) => [...stack.all("aws_iam_role").values()]);
  expect(roles.length).toBeGreaterThan(12);
  for (const role of roles) expect(role).toMatchObject({ path: iam.path, permissions_boundary: boundary });
});

it("sets neither by default", () => {
  const plain = aDeployment({ ...settings, ci: {} });
  const roles = [synthesised(plain).core, stackOfAccount(aDeployment(settings))].flatMap((stack) => [
    ...stack.all("aws_iam_role").values(),
  ]);
  for (const role of roles) {
    expect(role).not.toHaveProperty("path");
    expect(role).not.toHaveProperty("permissions_boundary");
  }
});

it("gives every role of an environment that GitHub deploys the boundary of image-pipeline-ci", () => {
  const plain = aDeployment(settings);
  const roles = [synthesised(plain).core, synthesisedWorkflow(plain)].flatMap((stack) => [
    ...stack.all("aws_iam_role").values(),
  ]);
  const account = "$" + "{data.aws_caller_identity.Account.account_id}";
  const own = `arn:aws:iam::${account}:policy/image-pipeline-dev-boundary`;
  for (const role of roles) expect(role).toMatchObject({ permissions_boundary: own });
  expect(stackOfAccount(plain).one("aws_iam_policy", "DevBoundary").name).toBe("image-pipeline-dev-boundary");
});

it("creates no boundary if the config names one", () => {
  const names = [...account.all("aws_iam_policy").values()].map(({ name }) => String(name));
  expect(names.filter((name) => name.endsWith("-boundary"))).toEqual([]);
});

it("takes the path and the boundary of each environment for its apply role", () => {
  const outdir = temporaryFolder();
  const { pipeline } = aDeployment(settings);
  synthesiseAccount(
    {
      pipeline,
      environments: ["dev", "prod"],
      iam: { prod: { ...pipeline.iam, ...iam } },
      existingBuckets: {},
      stateBucket: null,
    },
    outdir,
  );
  const stack = new SynthesisedStack(join(outdir, "stacks/image-pipeline-ci/cdk.tf.json"));
  const policy = (id: string) =>
    [...stack.all("aws_iam_role_policy"), ...stack.all("aws_iam_policy")]
      .filter(([path]) => path.startsWith(id))
      .map(([, { policy }]) => String(policy))
      .join();
  expect(policy("ApplyProd")).toContain(":role/teams/images/image-pipeline-prod-*");
  expect(policy("ApplyProd")).toContain(boundary);
  expect(policy("ApplyDev")).toContain(":role/image-pipeline-dev-*");
  expect(stack.all("aws_iam_policy").has("ProdBoundary")).toBe(false);
});

it("names roles with their path where a policy names them", () => {
  const { policy } = core.one("aws_s3_bucket_policy", "Processed/Policy");
  const exempt = statementOf(policy, "DenyQuarantined").Condition?.ArnNotEquals?.["aws:PrincipalArn"] ?? [];
  expect(exempt.length).toBeGreaterThan(3);
  for (const arn of exempt) expect(arn).toContain(":role/teams/images/image-pipeline-dev-");
  expect(JSON.stringify(account.one("aws_iam_role_policy", "ApplyDevPolicy"))).toContain(
    ":role/teams/images/image-pipeline-dev-*",
  );
  const names = stacks.flatMap(({ file }) => JSON.stringify(file).match(/:role\/[\w/-]+/g) ?? []);
  const own = names.filter((name) => !name.startsWith(":role/aws-reserved/"));
  expect(own.filter((name) => !name.startsWith(":role/teams/images/"))).toEqual([]);
});
