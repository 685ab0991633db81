import { BudgetEnvironment, readEnvironment } from "@image-pipeline/schema/environment";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { FUNCTION_CONTROLS } from "./controls/function-controls.ts";
import { aDeployment, synthesised } from "./deployments.ts";
import { statementsOf } from "./policies.ts";

const BUDGET = { imagesPerHour: 1000, dollarsPerMonth: 300, stop: true };
const { core } = synthesised(aDeployment({ budget: BUDGET }));
const Alarm = z.object({ threshold: z.number(), alarm_actions: z.array(z.string()) });
const alarmOf = (path: string, stack = core) => Alarm.parse(stack.one("aws_cloudwatch_metric_alarm", path));

describe("a budget", () => {
  it("alarms at 80 % and at 100 % of an hour's images and of a day's share of a month's dollars", () => {
    const thresholds = [
      "Observability/BudgetImagesWarning",
      "BudgetImages",
      "Observability/BudgetDollarsWarning",
      "BudgetDollars",
    ].map((path) => alarmOf(path).threshold);
    expect(thresholds).toEqual([800, 1000, 8, 10]);
  });

  it("prices the day's invocations with their files, and Rekognition only with the analysis", () => {
    const priced = (overrides: Parameters<typeof aDeployment>[0]) =>
      JSON.stringify(
        synthesised(aDeployment({ budget: BUDGET, ...overrides })).core.one(
          "aws_cloudwatch_metric_alarm",
          "BudgetDollars",
        ),
      );
    // One file and a manifest: 10 USD for a million; two reads, two messages, three queue requests and an invocation: 3.2 USD.
    expect(priced({})).toMatch(/workerCalls, 0\) \* 0\.0000132000/);
    expect(priced({})).not.toContain("analyzerCalls");
    expect(priced({ analysis: { enabled: true } })).toContain("analyzerCalls");
  });

  it("stops at 100 % only, by a function that these alarms alone may invoke", () => {
    const live = core.reference("aws_lambda_alias", "Budget/Handler/Live", "arn");
    const invoking = [...core.all("aws_cloudwatch_metric_alarm")].filter(([, { alarm_actions }]) =>
      z.array(z.string()).parse(alarm_actions).includes(live),
    );
    expect(invoking.map(([path]) => path)).toEqual(["BudgetDollars", "BudgetImages"]);
    const permissions = [...core.all("aws_lambda_permission")].filter(([path]) => path.startsWith("Budget/"));
    expect(permissions.map(([, { principal, source_arn }]) => [principal, source_arn])).toEqual(
      ["BudgetDollars", "BudgetImages"].map((alarm) => [
        "lambda.alarms.cloudwatch.amazonaws.com",
        core.reference("aws_cloudwatch_metric_alarm", alarm, "arn"),
      ]),
    );
  });

  it("may turn off the mappings of this stack, and nothing else of Lambda", () => {
    const policy = core.one("aws_iam_role_policy", "Budget/Handler/RolePolicy").policy;
    const lambda = statementsOf(policy).filter(({ Action }) =>
      Action.some((one) => one.startsWith("lambda:")),
    );
    const mappings = [...core.all("aws_lambda_event_source_mapping").keys()].reverse();
    expect(mappings).toHaveLength(2);
    expect(lambda).toEqual([
      {
        Sid: "StopMappings",
        Effect: "Allow",
        Action: ["lambda:UpdateEventSourceMapping"],
        Resource: mappings.map((path) => core.reference("aws_lambda_event_source_mapping", path, "arn")),
      },
    ]);
    const { variables } = z
      .object({ variables: z.record(z.string(), z.string()) })
      .parse(core.one("aws_lambda_function", "Budget/Handler/Function").environment);
    expect(readEnvironment(BudgetEnvironment, variables).MAPPING_IDS).toEqual(
      mappings.map((path) => core.reference("aws_lambda_event_source_mapping", path, "uuid")),
    );
  });

  it("breaks no control of a function", () => {
    expect(FUNCTION_CONTROLS.flatMap(({ faults }) => faults([core]))).toEqual([]);
  });

  it("without stop alarms and creates no function", () => {
    const stack = synthesised(aDeployment({ budget: { imagesPerHour: 1000 } })).core;
    expect(alarmOf("BudgetImages", stack).alarm_actions).toHaveLength(1);
    expect([...stack.all("aws_lambda_function").keys()].filter((path) => path.startsWith("Budget"))).toEqual(
      [],
    );
  });

  it("without a bound creates nothing, and cannot stop", () => {
    const stack = synthesised(aDeployment()).core;
    expect(
      [...stack.all("aws_cloudwatch_metric_alarm").keys()].filter((path) => path.includes("Budget")),
    ).toEqual([]);
    expect(() => aDeployment({ budget: { stop: true } })).toThrow(/budget\.stop: must be false without/);
  });
});
