import { describe, expect, it } from "vitest";
import { z } from "zod";
import { aDeployment, type SynthesisedStack, synthesised, synthesisedWorkflow } from "./deployments.ts";
import { statementsOf } from "./policies.ts";

const ALL = { analysis: { enabled: true }, workflow: { enabled: true } };
const deployment = aDeployment(ALL);
const { core, notifications } = synthesised(deployment);
const workflow = synthesisedWorkflow(deployment);
const CALLERS = [
  "aws_lambda_event_source_mapping",
  "aws_cloudwatch_event_target",
  "aws_lambda_permission",
  "aws_s3_bucket_notification",
  "aws_sfn_state_machine",
];

describe("the versions of the functions", () => {
  it.each([
    ["core", core, 5],
    ["workflow", workflow, 5],
  ])(
    "every function of the %s stack publishes its versions, and has the alias live",
    (_name, stack, count) => {
      const functions = stack.all("aws_lambda_function");
      expect(functions.size).toBe(count);
      for (const [path, { publish }] of functions) {
        expect(publish).toBe(true);
        expect(stack.one("aws_lambda_alias", path.replace(/Function$/, "Live"))).toMatchObject({
          name: "live",
          function_name: stack.reference("aws_lambda_function", path, "function_name"),
          function_version: stack.reference("aws_lambda_function", path, "version"),
        });
      }
    },
  );

  it.each([
    ["core", core],
    ["workflow", workflow],
  ])("nothing in the %s stack invokes a function but by its alias", (_name, stack) => {
    const callers = CALLERS.flatMap((type) => [...stack.all(type).values()]);
    expect(callers.length).toBeGreaterThan(0);
    expect(JSON.stringify(callers)).toContain("aws_lambda_alias.");
    expect(JSON.stringify(callers)).not.toContain("aws_lambda_function.");
  });

  it("S3 and the schedule may invoke only the alias, and keep the old permission until the new one exists", () => {
    const permissions = [notifications, core].flatMap((stack) => [
      ...stack.all("aws_lambda_permission").values(),
    ]);
    expect(permissions).toHaveLength(2);
    for (const { qualifier, lifecycle } of permissions) {
      expect(String(qualifier)).toMatch(/^live$|^\$\{aws_lambda_alias\.\w+\.name\}$/);
      expect(lifecycle).toEqual({ create_before_destroy: true });
    }
  });

  it("the state machine may invoke the alias of each step, and the function for executions that began before", () => {
    const { policy } = workflow.one("aws_iam_role_policy", "StateMachine/RolePolicy");
    const steps = statementsOf(policy).find(({ Sid }) => Sid === "RunSteps");
    expect(steps?.Resource.toSorted()).toEqual(
      ["Inspect", "Render", "Publish", "Analyse", "Quarantine"]
        .flatMap((step) => [
          workflow.reference("aws_lambda_function", `${step}/Function`, "arn"),
          workflow.reference("aws_lambda_alias", `${step}/Live`, "arn"),
        ])
        .toSorted(),
    );
  });
});

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
        alarms: ["image-pipeline-dev-worker-errors", "image-pipeline-dev-worker-rejections"],
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
