import { describe, expect, it } from "vitest";
import { aDeployment, synthesised, synthesisedWorkflow } from "./deployments.ts";
import { evaluate } from "./iam/evaluate.ts";
import { statementsOf } from "./policies.ts";

const vpc = {
  subnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
  securityGroupIds: ["sg-0123456789abcdef0"],
};
const deployment = aDeployment({ vpc, analysis: { enabled: true }, workflow: { enabled: true } });
const stacks = [synthesised(deployment).core, synthesisedWorkflow(deployment)];

describe("a VPC in the config", () => {
  it("has every function in it", () => {
    const functions = stacks.flatMap((stack) => [...stack.all("aws_lambda_function").values()]);
    expect(functions).toHaveLength(10);
    for (const { vpc_config } of functions)
      expect(vpc_config).toEqual({ subnet_ids: vpc.subnetIds, security_group_ids: vpc.securityGroupIds });
  });

  it("lets Lambda keep network interfaces with each function's role, and not the function's own code", () => {
    const account = `\${data.aws_caller_identity.Account.account_id}`;
    for (const stack of stacks)
      for (const [path, { function_name }] of stack.all("aws_lambda_function")) {
        const { policy } = stack.one("aws_iam_role_policy", path.replace(/Function$/, "RolePolicy"));
        const request = {
          action: "ec2:CreateNetworkInterface",
          resource: `arn:aws:ec2:us-east-1:${account}:network-interface/eni-1`,
        };
        const code = {
          "lambda:SourceFunctionArn": `arn:aws:lambda:us-east-1:${account}:function:${function_name}`,
        };
        const statements = statementsOf(policy);
        expect(evaluate(statements, { ...request, context: {} })).toMatchObject({ isAllowed: true });
        expect(evaluate(statements, { ...request, context: code })).toMatchObject({ isAllowed: false });
      }
  });

  it("is not there by default, nor is a permission for it", () => {
    const { core } = synthesised(aDeployment());
    expect(core.one("aws_lambda_function", "Worker/Handler/Function").vpc_config).toBeUndefined();
    expect(String(core.one("aws_iam_role_policy", "Worker/Handler/RolePolicy").policy)).not.toContain("ec2:");
  });

  it("can differ between environments", () => {
    const config = { environments: { dev: {}, prod: { vpc } } };
    const of = (environment: string) => synthesised(aDeployment({ environment, ...config })).core;
    const configOf = (environment: string) =>
      of(environment).one("aws_lambda_function", "Ingest/Handler/Function").vpc_config;
    expect([configOf("dev"), configOf("prod")]).toEqual([
      undefined,
      { subnet_ids: vpc.subnetIds, security_group_ids: vpc.securityGroupIds },
    ]);
  });

  it.each([
    ["no subnet", { ...vpc, subnetIds: [] }, "vpc.subnetIds: must name at least one subnet"],
    [
      "no security group",
      { ...vpc, securityGroupIds: [] },
      "vpc.securityGroupIds: must name at least one security group",
    ],
    ["a name instead of an id", { ...vpc, subnetIds: ["private-a"] }, "must be the id of a subnet"],
    [
      "a subnet as a security group",
      { ...vpc, securityGroupIds: vpc.subnetIds },
      "must be the id of a security group",
    ],
    ["an unknown setting", { ...vpc, id: "vpc-1" }, "vpc"],
  ])("is refused with %s", (_what, wrong, message) => {
    expect(() => aDeployment({ vpc: wrong })).toThrow(message);
  });
});
