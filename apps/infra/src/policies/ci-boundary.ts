import { arnsOf, keys, mappings, ofThePipeline, regionsOf, type Scope } from "./ci-scope.ts";
import type { Statement } from "./policy-document.ts";
import { readWebhookSecrets } from "./webhook-policy.ts";

/** What the pipeline's functions, state machine and pipe do with resources, by service. */
const USE: Readonly<Record<string, readonly string[]>> = {
  s3: ["s3:*Object*", "s3:ListBucket*"],
  sns: ["sns:Publish"],
  sqs: [
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
  ],
  // CodeDeploy moves aliases (AWSCodeDeployRoleForLambdaLimited).
  lambda: [
    "lambda:GetAlias",
    "lambda:GetProvisionedConcurrencyConfig",
    "lambda:InvokeFunction",
    "lambda:UpdateAlias",
  ],
  states: ["states:StartExecution"],
};

/** Actions without resources. */
const ANYWHERE = [
  "cloudwatch:DescribeAlarms",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "logs:*LogDelivery",
  "logs:DescribeLogGroups",
  "logs:DescribeResourcePolicies",
  "logs:ListLogDeliveries",
  "logs:PutResourcePolicy",
  "rekognition:DetectLabels",
  "rekognition:DetectModerationLabels",
  "xray:GetSampling*",
  "xray:Put*",
];

/**
 * Returns the permissions boundary of an environment's roles: whatever their policies say, they reach only its resources, and
 * never IAM (docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html).
 */
export function boundaryStatements(scope: Scope): Statement[] {
  const { names, existingBuckets } = scope;
  return [
    ...Object.entries(USE).map(([service, actions]) => ({
      Sid: `Use${service.charAt(0).toUpperCase()}${service.slice(1)}`,
      Effect: "Allow" as const,
      Action: actions,
      Resource: scope.environments.flatMap((environment) => arnsOf(service, environment, scope)),
    })),
    {
      Sid: "UseLogs",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: scope.environments.flatMap((environment) =>
        arnsOf("logs", environment, scope).map((group) => `${group}:log-stream:*`),
      ),
    },
    {
      // Lambda attaches functions to a VPC with their roles, whose policies deny the same to their code.
      Sid: "UseNetwork",
      Effect: "Allow",
      Action: [
        "ec2:AssignPrivateIpAddresses",
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:UnassignPrivateIpAddresses",
      ],
      Resource: regionsOf(scope).map(
        (region) => `arn:${names.partition}:ec2:${region}:${scope.accountId}:*/*`,
      ),
    },
    { Sid: "UseWithoutResource", Effect: "Allow", Action: ANYWHERE, Resource: "*" },
    {
      Sid: "UseKeys",
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: keys(scope),
      Condition: ofThePipeline(scope),
    },
    stopMappings(scope),
    ...(scope.deliveries.length === 0 ? [] : [removeEdgeCopies(scope)]),
    ...readWebhookSecrets(scope.webhooks),
    ...(existingBuckets.length === 0 ? [] : readExisting(existingBuckets.map(names.bucketArn), scope)),
  ];
}

/** Allows the function of the budget to turn off the environments' event source mappings, whose ids are not known before they exist. */
function stopMappings(scope: Scope): Statement {
  const functions = scope.environments.flatMap((environment) => arnsOf("lambda", environment, scope));
  return {
    Sid: "StopMappings",
    Effect: "Allow",
    Action: "lambda:UpdateEventSourceMapping",
    Resource: mappings(scope),
    Condition: { ArnLike: { "lambda:FunctionArn": functions } },
  };
}

function removeEdgeCopies(scope: Scope): Statement {
  return {
    Sid: "RemoveEdgeCopies",
    Effect: "Allow",
    Action: "cloudfront:CreateInvalidation",
    Resource: `arn:${scope.names.partition}:cloudfront::${scope.accountId}:distribution/*`,
    Condition: ofThePipeline(scope),
  };
}

/** Allows reading existing upload buckets. Their keys are their owners', so S3 alone may use them. */
function readExisting(buckets: readonly string[], scope: Scope): Statement[] {
  const services = regionsOf(scope).map((region) => `s3.${region}.amazonaws.com`);
  return [
    {
      Sid: "ReadExistingBuckets",
      Effect: "Allow",
      Action: ["s3:GetObject*", "s3:ListBucket"],
      Resource: buckets.flatMap((arn) => [arn, `${arn}/*`]),
    },
    {
      Sid: "ReadWithTheirKeys",
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: "*",
      Condition: { StringEquals: { "kms:ViaService": services } },
    },
  ];
}
