/** Actions that Terraform's AWS provider 5.100 needs to refresh these stacks' resources, by service. */
export const READ: Readonly<Record<string, readonly string[]>> = {
  s3: [
    "s3:GetAccelerateConfiguration",
    "s3:GetBucket*",
    "s3:GetEncryptionConfiguration",
    "s3:GetLifecycleConfiguration",
    "s3:GetReplicationConfiguration",
    "s3:ListBucket",
  ],
  sns: ["sns:GetTopicAttributes", "sns:ListSubscriptionsByTopic", "sns:ListTagsForResource"],
  sqs: ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ListQueueTags"],
  lambda: [
    "lambda:GetAlias",
    "lambda:GetFunction",
    "lambda:GetFunctionCodeSigningConfig",
    "lambda:GetFunctionConcurrency",
    "lambda:GetFunctionConfiguration",
    "lambda:GetFunctionEventInvokeConfig",
    "lambda:GetPolicy",
    "lambda:ListTags",
    "lambda:ListVersionsByFunction",
  ],
  iam: [
    "iam:GetRole",
    "iam:GetRolePolicy",
    "iam:ListAttachedRolePolicies",
    "iam:ListInstanceProfilesForRole",
    "iam:ListRolePolicies",
  ],
  logs: ["logs:ListTagsForResource"],
  cloudwatch: ["cloudwatch:GetDashboard", "cloudwatch:ListTagsForResource"],
  events: ["events:DescribeRule", "events:ListTagsForResource", "events:ListTargetsByRule"],
  states: ["states:DescribeStateMachine", "states:ListStateMachineVersions", "states:ListTagsForResource"],
  pipes: ["pipes:DescribePipe", "pipes:ListTagsForResource"],
  codedeploy: [
    "codedeploy:GetApplication",
    "codedeploy:GetDeploymentGroup",
    "codedeploy:ListTagsForResource",
  ],
};

/** Additional actions to create, change and delete them. */
export const WRITE: Readonly<Record<string, readonly string[]>> = {
  s3: [
    "s3:CreateBucket",
    "s3:DeleteBucket",
    "s3:DeleteBucketPolicy",
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
    "s3:ListBucketVersions",
    "s3:PutBucket*",
    "s3:PutEncryptionConfiguration",
    "s3:PutLifecycleConfiguration",
  ],
  sns: [
    "sns:CreateTopic",
    "sns:DeleteTopic",
    "sns:SetTopicAttributes",
    "sns:Subscribe",
    "sns:TagResource",
    "sns:UntagResource",
  ],
  sqs: ["sqs:CreateQueue", "sqs:DeleteQueue", "sqs:SetQueueAttributes", "sqs:TagQueue", "sqs:UntagQueue"],
  lambda: [
    "lambda:AddPermission",
    "lambda:CreateAlias",
    "lambda:CreateFunction",
    "lambda:DeleteAlias",
    "lambda:DeleteFunction",
    "lambda:DeleteFunctionConcurrency",
    "lambda:DeleteFunctionEventInvokeConfig",
    "lambda:PublishVersion",
    "lambda:PutFunctionConcurrency",
    "lambda:PutFunctionEventInvokeConfig",
    "lambda:RemovePermission",
    "lambda:TagResource",
    "lambda:UntagResource",
    "lambda:UpdateAlias",
    "lambda:UpdateFunctionCode",
    "lambda:UpdateFunctionConfiguration",
    "lambda:UpdateFunctionEventInvokeConfig",
  ],
  iam: [
    "iam:DeleteRole",
    "iam:DeleteRolePolicy",
    "iam:TagRole",
    "iam:UntagRole",
    "iam:UpdateAssumeRolePolicy",
  ],
  logs: [
    "logs:AssociateKmsKey",
    "logs:CreateLogGroup",
    "logs:DeleteLogGroup",
    "logs:DisassociateKmsKey",
    "logs:PutRetentionPolicy",
    "logs:TagResource",
    "logs:UntagResource",
  ],
  cloudwatch: [
    "cloudwatch:DeleteAlarms",
    "cloudwatch:DeleteDashboards",
    "cloudwatch:PutDashboard",
    "cloudwatch:PutMetricAlarm",
    "cloudwatch:TagResource",
    "cloudwatch:UntagResource",
  ],
  events: [
    "events:DeleteRule",
    "events:PutRule",
    "events:PutTargets",
    "events:RemoveTargets",
    "events:TagResource",
    "events:UntagResource",
  ],
  states: [
    "states:CreateStateMachine",
    "states:DeleteStateMachine",
    "states:TagResource",
    "states:UntagResource",
    "states:UpdateStateMachine",
  ],
  pipes: [
    "pipes:CreatePipe",
    "pipes:DeletePipe",
    "pipes:TagResource",
    "pipes:UntagResource",
    "pipes:UpdatePipe",
  ],
  codedeploy: [
    "codedeploy:CreateApplication",
    "codedeploy:CreateDeployment",
    "codedeploy:CreateDeploymentGroup",
    "codedeploy:DeleteApplication",
    "codedeploy:DeleteDeploymentGroup",
    "codedeploy:GetApplicationRevision",
    "codedeploy:GetDeployment",
    "codedeploy:RegisterApplicationRevision",
    "codedeploy:TagResource",
    "codedeploy:UntagResource",
    "codedeploy:UpdateApplication",
    "codedeploy:UpdateDeploymentGroup",
  ],
  chatbot: [
    "chatbot:DeleteMicrosoftTeamsChannelConfiguration",
    "chatbot:DeleteSlackChannelConfiguration",
    "chatbot:TagResource",
    "chatbot:UntagResource",
    "chatbot:UpdateMicrosoftTeamsChannelConfiguration",
    "chatbot:UpdateSlackChannelConfiguration",
  ],
};

/**
 * Actions without resources, or whose resource is not known before it is created. AWS requires `*` for those on composite
 * alarms too (docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html, API_PutCompositeAlarm.html).
 */
export const READ_ANYWHERE = [
  "chatbot:DescribeSlackChannelConfigurations",
  "chatbot:GetMicrosoftTeamsChannelConfiguration",
  "chatbot:ListTagsForResource",
  "cloudwatch:DescribeAlarms",
  "kms:ListAliases",
  "lambda:GetEventSourceMapping",
  "logs:DescribeLogGroups",
  "sns:GetSubscriptionAttributes",
  "states:ValidateStateMachineDefinition",
];
export const WRITE_ANYWHERE = [
  "chatbot:CreateMicrosoftTeamsChannelConfiguration",
  "chatbot:CreateSlackChannelConfiguration",
  "cloudwatch:PutCompositeAlarm",
  // CodeDeploy's own settings of a canary.
  "codedeploy:GetDeploymentConfig",
  "ec2:DescribeSecurityGroups",
  "ec2:DescribeSubnets",
  "ec2:DescribeVpcs",
  "sns:SetSubscriptionAttributes",
  "sns:Unsubscribe",
];
/** Services that get a role of the pipeline: functions, their canaries, the state machine, the pipe and the alarms' chat channels have one. */
export const ROLE_USERS = [
  "chatbot.amazonaws.com",
  "codedeploy.amazonaws.com",
  "lambda.amazonaws.com",
  "pipes.amazonaws.com",
  "states.amazonaws.com",
];
export const READ_KEYS = [
  "kms:DescribeKey",
  "kms:GetKeyPolicy",
  "kms:GetKeyRotationStatus",
  "kms:ListResourceTags",
];
export const CHANGE_KEYS = [
  "kms:CreateGrant",
  "kms:EnableKeyRotation",
  "kms:Encrypt",
  "kms:GenerateDataKey",
  "kms:PutKeyPolicy",
  "kms:ScheduleKeyDeletion",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:UpdateKeyDescription",
];
export const NAME_KEYS = ["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"];
/** Actions that give a role permissions. */
export const GIVE_PERMISSIONS = ["iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"];
