import { describe, expect, it } from "vitest";
import { aDeployment, synthesised, synthesisedWorkflow } from "./deployments.ts";
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
