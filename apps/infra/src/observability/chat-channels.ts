import { ChatbotSlackChannelConfiguration } from "@cdktf/provider-aws/lib/chatbot-slack-channel-configuration/index.js";
import { ChatbotTeamsChannelConfiguration } from "@cdktf/provider-aws/lib/chatbot-teams-channel-configuration/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { Construct } from "constructs";
import type { StackContext } from "../deployment.ts";

/** Connects a topic with the Slack and Teams channels of the config, by AWS Chatbot. */
export class ChatChannels extends Construct {
  constructor(scope: Construct, id: string, { pipeline, names }: StackContext, topicArn: string) {
    super(scope, id);
    const { slack, teams } = pipeline.alarms;
    const { arn } = new IamRole(this, "Role", { name: names.alarmsTopic, assumeRolePolicy: TRUST });
    const channel = (app: string) => ({
      configurationName: `${names.alarmsTopic}-${app}`,
      iamRoleArn: arn,
      snsTopicArns: [topicArn],
      // Without it the default is AdministratorAccess.
      guardrailPolicyArns: [`arn:${names.partition}:iam::aws:policy/CloudWatchReadOnlyAccess`],
    });
    if (slack !== null)
      new ChatbotSlackChannelConfiguration(this, "Slack", {
        ...channel("slack"),
        slackTeamId: slack.workspaceId,
        slackChannelId: slack.channelId,
      });
    if (teams !== null)
      new ChatbotTeamsChannelConfiguration(this, "Teams", { ...channel("teams"), ...teams });
  }
}

/** Trust policy of a role without permissions: notifications need none, and commands from a chat can do nothing. */
const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "chatbot.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
