import { describe, expect, it } from "vitest";
import { aDeployment, synthesised, synthesisedWorkflow } from "./deployments.ts";

const onCall = "arn:aws:sns:us-east-1:123456789012:on-call";
const teams = {
  tenantId: "11111111-2222-4333-8444-555555555555",
  teamId: "66666666-7777-4888-9999-000000000000",
  channelId: "19%3Aabcdef%40thread.tacv2",
};
const deployment = aDeployment({
  workflow: { enabled: true },
  alarms: { topicArns: [onCall], slack: { workspaceId: "T012ABC", channelId: "C012ABC" }, teams },
});
const { core } = synthesised(deployment);
const topic = core.reference("aws_sns_topic", "Observability/Alarms/Topic", "arn");

it("notifies other topics of every alarm, beside the pipeline's own", () => {
  const actions = [core, synthesisedWorkflow(deployment)]
    .flatMap((stack) => [
      ...stack.all("aws_cloudwatch_metric_alarm").values(),
      ...stack.all("aws_cloudwatch_composite_alarm").values(),
    ])
    .map(({ alarm_actions }) => alarm_actions);
  expect(actions.length).toBeGreaterThan(30);
  for (const one of actions) expect(one).toEqual([expect.stringMatching(/alarms/i), onCall]);
});

describe("a chat channel", () => {
  const role = core.reference("aws_iam_role", "Observability/Chat/Role", "arn");

  it("gets the pipeline's alarms in Slack", () => {
    expect(core.one("aws_chatbot_slack_channel_configuration", "Observability/Chat/Slack")).toMatchObject({
      configuration_name: "image-pipeline-dev-alarms-slack",
      slack_team_id: "T012ABC",
      slack_channel_id: "C012ABC",
      sns_topic_arns: [topic],
      iam_role_arn: role,
    });
  });

  it("gets the pipeline's alarms in Microsoft Teams", () => {
    expect(core.one("aws_chatbot_teams_channel_configuration", "Observability/Chat/Teams")).toMatchObject({
      configuration_name: "image-pipeline-dev-alarms-teams",
      tenant_id: teams.tenantId,
      team_id: teams.teamId,
      channel_id: teams.channelId,
      sns_topic_arns: [topic],
      iam_role_arn: role,
    });
  });

  it("can do nothing in the account: its role has no policy, and the guardrail is read-only", () => {
    const { guardrail_policy_arns } = core.one(
      "aws_chatbot_slack_channel_configuration",
      "Observability/Chat/Slack",
    );
    expect(guardrail_policy_arns).toEqual(["arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess"]);
    const policies = [...core.all("aws_iam_role_policy").keys()];
    expect(policies.filter((path) => path.startsWith("Observability"))).toEqual([]);
  });
});

it("has no chat role without a channel", () => {
  const plain = synthesised(aDeployment()).core;
  expect([...plain.all("aws_iam_role").keys()].filter((path) => path.startsWith("Observability"))).toEqual(
    [],
  );
});
