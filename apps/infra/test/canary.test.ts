import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  aDeployment,
  type SynthesisedStack,
  synthesised,
  synthesisedWorkflow,
  temporaryFolder,
} from "./deployments.ts";
import { statementsOf } from "./policies.ts";

const ALL = { analysis: { enabled: true }, workflow: { enabled: true } };
const { core } = synthesised(aDeployment(ALL));

const Provisioned = z.object({
  triggers_replace: z.record(z.string(), z.string()),
  provisioner: z.array(
    z.object({
      "local-exec": z.object({ command: z.string(), environment: z.record(z.string(), z.string()) }),
    }),
  ),
});

describe("a canary", () => {
  const canary = aDeployment({ ...ALL, deployments: { canaryMinutes: 10 } });
  const stack = synthesised(canary).core;
  const at = (path: string, of: SynthesisedStack = stack) => ({
    group: of.one("aws_codedeploy_deployment_group", `${path}/Canary/Group`),
    alias: of.one("aws_lambda_alias", `${path}/Live`),
  });

  it("is off by default: Terraform moves the alias", () => {
    expect(core.all("aws_codedeploy_app").size).toBe(0);
    expect(core.one("aws_lambda_alias", "Worker/Handler/Live").lifecycle).toBeUndefined();
  });

  it("sends a tenth to the new version, and ends when an alarm of the function goes off", () => {
    const { group } = at("Worker/Handler");
    expect(group).toMatchObject({
      deployment_config_name: "CodeDeployDefault.LambdaCanary10Percent10Minutes",
      alarm_configuration: {
        enabled: true,
        alarms: [
          "image-pipeline-dev-worker-errors",
          "image-pipeline-dev-worker-rejections",
          "image-pipeline-dev-worker-unexpected-rejections",
        ],
      },
      auto_rollback_configuration: { events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"] },
    });
  });

  it("ends only by alarms that exist", () => {
    const stacks = [stack, synthesisedWorkflow(canary)];
    const all = (type: string) => stacks.flatMap((one) => [...one.all(type).values()]);
    const alarms = new Set(all("aws_cloudwatch_metric_alarm").map(({ alarm_name }) => alarm_name));
    const Group = z.object({ alarm_configuration: z.object({ alarms: z.array(z.string()).min(1) }) });
    const used = all("aws_codedeploy_deployment_group").flatMap(
      (group) => Group.parse(group).alarm_configuration.alarms,
    );
    expect(used.length).toBeGreaterThan(8);
    expect(used.filter((name) => !alarms.has(name))).toEqual([]);
  });

  it("leaves the alias to CodeDeploy, except for the audit, which runs too seldom to be judged", () => {
    expect(at("Worker/Handler").alias.lifecycle).toEqual({
      ignore_changes: ["function_version", "routing_config"],
    });
    expect(stack.one("aws_lambda_alias", "Audit/Handler/Live").lifecycle).toBeUndefined();
  });

  it("starts a deployment whenever a version was published, from the alias's version to the new one", () => {
    const found = Provisioned.parse(stack.one("terraform_data", "Worker/Handler/Canary/Deployment"));
    const target = stack.reference("aws_lambda_function", "Worker/Handler/Function", "version");
    const current = stack.reference("aws_lambda_alias", "Worker/Handler/Live", "function_version");
    expect(found.triggers_replace).toEqual({ version: target });
    const { environment = {} } = found.provisioner[0]?.["local-exec"] ?? {};
    expect([environment.CURRENT, environment.TARGET]).toEqual([current, target]);
    const { appSpecContent } = JSON.parse(environment.REVISION ?? "");
    expect(JSON.parse(appSpecContent.content).Resources[0].Live.Properties).toMatchObject({
      Name: "image-pipeline-dev-worker",
      CurrentVersion: current,
      TargetVersion: target,
    });
  });

  it("may move only its own function's alias", () => {
    const { policy } = stack.one("aws_iam_role_policy", "Worker/Handler/Canary/RolePolicy");
    const own = stack.reference("aws_lambda_function", "Worker/Handler/Function", "arn");
    expect(statementsOf(policy).find(({ Sid }) => Sid === "MoveAlias")?.Resource).toEqual([own, `${own}:*`]);
  });

  it("has a role that CodeDeploy assumes only for its own deployment group", () => {
    const account = `\${data.aws_caller_identity.Account.account_id}`;
    const { assume_role_policy } = stack.one("aws_iam_role", "Worker/Handler/Canary/Role");
    expect(JSON.parse(String(assume_role_policy)).Statement[0].Condition).toEqual({
      StringEquals: { "aws:SourceAccount": account },
      ArnEquals: {
        "aws:SourceArn": `arn:aws:codedeploy:us-east-1:${account}:deploymentgroup:image-pipeline-dev-worker/live`,
      },
    });
  });

  it("is refused without alarms", () => {
    const silent = aDeployment({ deployments: { canaryMinutes: 10 }, alarms: { enabled: false } });
    expect(() => synthesised(silent)).toThrow(
      /deployments\.canaryMinutes is 10, but alarms\.enabled is false/,
    );
  });

  it("is refused with minutes that CodeDeploy does not have, or that end before an alarm", () => {
    const config = { deployments: { canaryMinutes: 5 } };
    // @ts-expect-error the type refuses it too
    expect(() => aDeployment(config)).toThrow("deployments.canaryMinutes: must be 10 or 15");
  });
});

describe("the command that starts a canary", () => {
  const stack = synthesised(aDeployment({ deployments: { canaryMinutes: 10 } })).core;
  const { provisioner } = Provisioned.parse(stack.one("terraform_data", "Worker/Handler/Canary/Deployment"));
  const { command = "" } = provisioner[0]?.["local-exec"] ?? {};

  /** Runs the command with an AWS CLI that records its calls, and whose `wait` ends with this exit code. */
  function run(versions: { CURRENT: string; TARGET: string }, waitCode = 0) {
    const folder = temporaryFolder();
    const calls = join(folder, "calls");
    writeFileSync(calls, "");
    const cli = `#!/bin/sh\necho "$2 $3" >> ${calls}\n[ "$2" = wait ] && exit ${waitCode}\necho d-1\n`;
    writeFileSync(join(folder, "aws"), cli);
    chmodSync(join(folder, "aws"), 0o755);
    const env = {
      PATH: `${folder}:/usr/bin:/bin`,
      APPLICATION: "worker",
      GROUP: "live",
      REGION: "r",
      REVISION: "{}",
    };
    const { status, stderr } = spawnSync("/bin/sh", ["-c", command], {
      env: { ...env, ...versions },
      encoding: "utf8",
    });
    const called = readFileSync(calls, "utf8")
      .split("\n")
      .map((line) => line.split(" ")[0] ?? "");
    return { status, stderr, called: called.filter((name) => name !== "") };
  }

  it("does nothing for the first version, to which the alias was created", () => {
    expect(run({ CURRENT: "1", TARGET: "1" })).toMatchObject({ status: 0, called: [] });
  });

  it("creates a deployment and waits for it", () => {
    expect(run({ CURRENT: "1", TARGET: "2" })).toMatchObject({
      status: 0,
      called: ["create-deployment", "wait"],
    });
  });

  it("fails, with the command that shows the reason, if CodeDeploy goes back", () => {
    const { status, stderr } = run({ CURRENT: "1", TARGET: "2" }, 255);
    expect(status).toBe(1);
    expect(stderr).toContain("worker: not deployed, version 1 stays");
    expect(stderr).toContain("aws deploy get-deployment --deployment-id d-1");
  });
});
