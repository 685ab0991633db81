import { describe, expect, it } from "vitest";
import { CONTROLS } from "./controls/security-table.ts";
import { aDeployment, synthesised } from "./deployments.ts";
import { documentedCode, documentedSubscriber } from "./documented-subscriber.ts";
import { statementsOf } from "./policies.ts";

const { listed } = await documentedSubscriber();
const deployment = aDeployment({ environment: "prod", analysis: { enabled: true } });
const before = synthesised(deployment);
const { core, notifications } = synthesised(deployment, listed);
const addresses = ({ file }: typeof core) =>
  Object.entries(file.resource).flatMap(([type, byId]) => Object.keys(byId).map((id) => `${type}.${id}`));

describe("the subscriber of docs/subscribers.md", () => {
  it("has fewer than 30 lines", () => {
    const lines = documentedCode("search(")
      .split("\n")
      .filter((line) => line.trim() !== "");
    expect(lines.length).toBeLessThan(30);
  });

  it("adds its own resources, and removes or renames none", () => {
    const added = addresses(core).filter((address) => !addresses(before.core).includes(address));
    expect(addresses(before.core).filter((address) => !addresses(core).includes(address))).toEqual([]);
    expect(added.map((address) => address.replace(/_[0-9A-F]{8}$/, "")).sort()).toEqual([
      "aws_cloudwatch_log_group.Search_Handler_LogGroup",
      "aws_cloudwatch_metric_alarm.Observability_SearchAge",
      "aws_cloudwatch_metric_alarm.Observability_SearchDeadLetters",
      "aws_cloudwatch_metric_alarm.Observability_SearchDuration",
      "aws_cloudwatch_metric_alarm.Observability_SearchErrors",
      "aws_cloudwatch_metric_alarm.Observability_SearchThrottles",
      "aws_iam_role.Search_Handler_Role",
      "aws_iam_role_policy.Search_Handler_RolePolicy",
      "aws_lambda_alias.Search_Handler_Live",
      "aws_lambda_event_source_mapping.Search_Consumer_Mapping",
      "aws_lambda_function.Search_Handler_Function",
      "aws_sns_topic_subscription.Search_Subscription",
      "aws_sqs_queue.Search_DeadLetter_Queue",
      "aws_sqs_queue.Search_Queue",
      "aws_sqs_queue_policy.Search_DeadLetter_Policy",
      "aws_sqs_queue_policy.Search_Policy",
      "aws_sqs_queue_redrive_allow_policy.Search_RedriveAllowPolicy",
    ]);
  });

  it("leaves the resources of other subscribers unchanged", () => {
    for (const type of ["aws_sqs_queue", "aws_sns_topic_subscription", "aws_iam_role_policy"])
      for (const [part, attributes] of before.core.all(type))
        expect(core.one(type, part)).toEqual(attributes);
  });

  it("is part of the composite alarm and of the dashboard", () => {
    const { alarm_rule } = core.one("aws_cloudwatch_composite_alarm", "Observability/Unhealthy");
    expect(alarm_rule).toContain('ALARM("image-pipeline-prod-search-dead-letters-waiting")');
    const { dashboard_body } = core.one("aws_cloudwatch_dashboard", "Observability/Dashboard");
    expect(dashboard_body).toContain("image-pipeline-prod-search-dlq");
  });

  it("may only consume its own queue, log and trace", () => {
    const { policy } = core.one("aws_iam_role_policy", "Search/Handler/RolePolicy");
    expect(statementsOf(policy).map(({ Sid }) => Sid)).toEqual([
      "ConsumeQueue",
      "UseKeyThroughServices",
      "WriteOwnLog",
      "SendTraces",
    ]);
  });

  it.each(CONTROLS.map((control) => [`${control.ids.join(", ")}: ${control.what}`, control] as const))(
    "meets the control %s",
    (_name, control) => {
      expect(control.faults([core, notifications])).toEqual([]);
    },
  );
});
