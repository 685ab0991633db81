import { arnOf, dashboardArn, edgeArn, functionArn, mappingArn, roleArn } from "./access-names.ts";
import type { KnownAccount } from "./known-account.ts";
import { type Input, textIn, textsIn } from "./operation.ts";

type ToResources = (input: Input, account: KnownAccount) => readonly string[];

const ANYWHERE: ToResources = () => ["*"];
const named =
  (service: string, ...names: readonly string[]): ToResources =>
  (input) =>
    firstOf(input, names, (name) => arnOf(service, name));

/** Returns the first of these inputs: an ARN as it is, or the ARN of a name. */
function firstOf(input: Input, names: readonly string[], toArn: (name: string) => string): string[] {
  const found = names.map((name) => textIn(input, name)).find((value) => value !== "");
  if (found === undefined) return [];
  return [found.startsWith("arn:") ? found : toArn(found)];
}

const queue: ToResources = (input) => {
  const url = textIn(input, "QueueUrl") || textIn(input, "QueueName");
  return [arnOf("sqs", url.split("/").at(-1) ?? "")];
};
const topic = named("sns", "TopicArn", "ResourceArn", "Name");
const bucket: ToResources = (input) => [`arn:aws:s3:::${textIn(input, "Bucket")}`];
const objects: ToResources = (input) => {
  const keys = textsIn(input, "Keys");
  return (keys.length > 0 ? keys : [textIn(input, "Key")]).map(
    (key) => `arn:aws:s3:::${textIn(input, "Bucket")}/${key}`,
  );
};
const lambda: ToResources = (input) => [functionArn(input)];
/** A function's URL belongs to its alias. */
const functionUrl: ToResources = (input) => [
  [functionArn(input), textIn(input, "Qualifier")].filter((part) => part !== "").join(":"),
];
const mapping: ToResources = (input) => [mappingArn(input)];
const role: ToResources = (input) => [roleArn(textIn(input, "RoleName"))];
const logGroup: ToResources = (input) =>
  firstOf(input, ["logGroupName", "resourceArn"], (name) => arnOf("logs", `log-group:${name}`));
const logDelivery =
  (type: string, name: string): ToResources =>
  (input) => [arnOf("logs", `${type}:${textIn(input, name)}`)];
/** The delivery, which has no id yet, and both of its ends. */
const newLogDelivery: ToResources = (input) => [
  arnOf("logs", "delivery:new"),
  arnOf("logs", `delivery-source:${textIn(input, "deliverySourceName")}`),
  textIn(input, "deliveryDestinationArn"),
];
const edge =
  (type: string): ToResources =>
  (input) => [edgeArn(`${type}/${textIn(input, "Id") || textIn(input, "Name")}`)];
const routed =
  (type: string): ToResources =>
  (input) => [`arn:aws:route53:::${type}/${textIn(input, "Id")}`];
/** Returns the ARNs of the alarms that are named. */
export function alarms(input: Input): string[] {
  const names = [textIn(input, "AlarmName"), ...textsIn(input, "AlarmNames")].filter((name) => name !== "");
  return names.map((name) => arnOf("cloudwatch", `alarm:${name}`));
}
/** Composite alarms are only found by who may look at all alarms (API_DescribeAlarms). */
const lookedAtAlarms: ToResources = (input) => {
  const isMetric = textsIn(input, "AlarmTypes").every((type) => type === "MetricAlarm");
  return isMetric && textsIn(input, "AlarmTypes").length > 0 ? alarms(input) : ["*"];
};
const dashboards: ToResources = (input) =>
  [textIn(input, "DashboardName"), ...textsIn(input, "DashboardNames")]
    .filter((name) => name !== "")
    .map(dashboardArn);
const rule: ToResources = (input) =>
  firstOf(input, ["ResourceARN", "Rule", "Name"], (name) => arnOf("events", `rule/${name}`));
const machine: ToResources = (input) =>
  firstOf(input, ["stateMachineArn", "resourceArn", "name"], (name) =>
    arnOf("states", `stateMachine:${name}`),
  );
const pipe: ToResources = (input) =>
  firstOf(input, ["resourceArn", "Name"], (name) => arnOf("pipes", `pipe/${name}`));
const key: ToResources = (input, account) => [
  account.keyArn(textIn(input, "KeyId") || textIn(input, "ResourceId")),
];
/** The alias and its key: both need the permission. */
const aliasAndKey: ToResources = (input, account) => {
  const alias = textIn(input, "AliasName");
  return [arnOf("kms", alias), account.keyArn(textIn(input, "TargetKeyId") || alias)];
};

/** Actions of each service by the resources that AWS's service authorization reference gives them. */
const ACTIONS: Readonly<Record<string, ReadonlyArray<readonly [ToResources, string]>>> = {
  sqs: [
    [
      queue,
      "CreateQueue DeleteQueue GetQueueAttributes GetQueueUrl ListQueueTags SetQueueAttributes TagQueue UntagQueue",
    ],
  ],
  sns: [
    [
      topic,
      "CreateTopic DeleteTopic GetTopicAttributes SetTopicAttributes ListTagsForResource TagResource UntagResource Subscribe ListSubscriptionsByTopic",
    ],
    [ANYWHERE, "GetSubscriptionAttributes SetSubscriptionAttributes Unsubscribe"],
  ],
  s3: [
    [objects, "GetObject GetObjectVersion PutObject DeleteObject DeleteObjectVersion"],
    [
      bucket,
      `CreateBucket DeleteBucket ListBucket ListBucketVersions DeleteBucketPolicy
      GetAccelerateConfiguration GetBucketAcl GetBucketCORS GetBucketLocation GetBucketLogging GetBucketNotification
      GetBucketObjectLockConfiguration GetBucketOwnershipControls GetBucketPolicy GetBucketPolicyStatus
      GetBucketPublicAccessBlock GetBucketRequestPayment GetBucketTagging GetBucketVersioning GetBucketWebsite
      GetEncryptionConfiguration GetLifecycleConfiguration GetReplicationConfiguration
      PutAccelerateConfiguration PutBucketAcl PutBucketCORS PutBucketLogging PutBucketNotification
      PutBucketObjectLockConfiguration PutBucketOwnershipControls PutBucketPolicy PutBucketPublicAccessBlock
      PutBucketRequestPayment PutBucketTagging PutBucketVersioning PutBucketWebsite DeleteBucketWebsite
      PutEncryptionConfiguration PutLifecycleConfiguration PutReplicationConfiguration`,
    ],
  ],
  lambda: [
    [
      lambda,
      `CreateFunction GetFunction DeleteFunction GetFunctionConfiguration UpdateFunctionConfiguration UpdateFunctionCode
      ListVersionsByFunction PublishVersion GetPolicy AddPermission RemovePermission GetFunctionCodeSigningConfig
      GetFunctionConcurrency PutFunctionConcurrency DeleteFunctionConcurrency GetFunctionEventInvokeConfig
      PutFunctionEventInvokeConfig UpdateFunctionEventInvokeConfig DeleteFunctionEventInvokeConfig
      CreateAlias GetAlias UpdateAlias DeleteAlias`,
    ],
    [mapping, "GetEventSourceMapping UpdateEventSourceMapping DeleteEventSourceMapping"],
    [ANYWHERE, "CreateEventSourceMapping"],
    [named("lambda", "Resource"), "ListTags TagResource UntagResource"],
    [
      functionUrl,
      "CreateFunctionUrlConfig GetFunctionUrlConfig UpdateFunctionUrlConfig DeleteFunctionUrlConfig",
    ],
  ],
  iam: [
    [
      role,
      `CreateRole DeleteRole GetRole UpdateRole UpdateRoleDescription UpdateAssumeRolePolicy TagRole UntagRole
      GetRolePolicy PutRolePolicy PutRolePermissionsBoundary DeleteRolePolicy ListRolePolicies ListAttachedRolePolicies
      ListInstanceProfilesForRole`,
    ],
  ],
  logs: [
    [
      logGroup,
      `AssociateKmsKey CreateLogGroup DeleteLogGroup DisassociateKmsKey PutRetentionPolicy DeleteRetentionPolicy
      ListTagsForResource TagResource UntagResource`,
    ],
    [ANYWHERE, "DescribeLogGroups"],
    [logDelivery("delivery-source", "name"), "PutDeliverySource GetDeliverySource DeleteDeliverySource"],
    [
      logDelivery("delivery-destination", "name"),
      "PutDeliveryDestination GetDeliveryDestination DeleteDeliveryDestination",
    ],
    [logDelivery("delivery", "id"), "GetDelivery DeleteDelivery UpdateDeliveryConfiguration"],
    [newLogDelivery, "CreateDelivery"],
  ],
  cloudwatch: [
    [alarms, "DeleteAlarms PutMetricAlarm"],
    [lookedAtAlarms, "DescribeAlarms"],
    [ANYWHERE, "PutCompositeAlarm"],
    [dashboards, "DeleteDashboards GetDashboard PutDashboard"],
    [named("cloudwatch", "ResourceARN"), "ListTagsForResource TagResource UntagResource"],
  ],
  events: [
    [
      rule,
      `DeleteRule DescribeRule EnableRule DisableRule ListTagsForResource ListTargetsByRule PutRule PutTargets
      RemoveTargets TagResource UntagResource`,
    ],
  ],
  states: [
    [
      machine,
      `CreateStateMachine DeleteStateMachine DescribeStateMachine ListStateMachineVersions ListTagsForResource
      TagResource UntagResource UpdateStateMachine`,
    ],
    [ANYWHERE, "ValidateStateMachineDefinition"],
  ],
  pipes: [
    [pipe, "CreatePipe DeletePipe DescribePipe ListTagsForResource TagResource UntagResource UpdatePipe"],
  ],
  cloudfront: [
    [
      ANYWHERE,
      `CreateCachePolicy CreateDistribution CreateFunction CreateKeyGroup CreateOriginAccessControl CreatePublicKey
      CreateResponseHeadersPolicy GetKeyGroup UpdateKeyGroup DeleteKeyGroup GetPublicKey UpdatePublicKey DeletePublicKey`,
    ],
    [edge("cache-policy"), "GetCachePolicy UpdateCachePolicy DeleteCachePolicy"],
    [
      edge("origin-access-control"),
      "GetOriginAccessControl UpdateOriginAccessControl DeleteOriginAccessControl",
    ],
    [
      edge("response-headers-policy"),
      "GetResponseHeadersPolicy UpdateResponseHeadersPolicy DeleteResponseHeadersPolicy",
    ],
    [edge("function"), "DescribeFunction GetFunction UpdateFunction PublishFunction DeleteFunction"],
    [edge("distribution"), "GetDistribution UpdateDistribution DeleteDistribution CreateInvalidation"],
    [named("cloudfront", "Resource"), "ListTagsForResource TagResource UntagResource"],
  ],
  route53: [
    [routed("hostedzone"), "GetHostedZone ListResourceRecordSets ChangeResourceRecordSets"],
    [routed("change"), "GetChange"],
  ],
  kms: [
    [
      key,
      `DescribeKey GetKeyPolicy GetKeyRotationStatus ListResourceTags EnableKeyRotation PutKeyPolicy
      ScheduleKeyDeletion TagResource UntagResource UpdateKeyDescription`,
    ],
    [aliasAndKey, "CreateAlias DeleteAlias UpdateAlias"],
    [ANYWHERE, "CreateKey ListAliases"],
  ],
};
const RESOURCES = new Map<string, ToResources>(
  Object.entries(ACTIONS).flatMap(([service, groups]) =>
    groups.flatMap(([toResources, names]) =>
      names.split(/\s+/).map((name) => [`${service}:${name}`, toResources] as const),
    ),
  ),
);

/** Returns the resources that an action, such as `sns:Subscribe`, is about; none if it is unknown or names none. */
export function toResources(action: string, input: Input, account: KnownAccount): readonly string[] {
  return RESOURCES.get(action)?.(input, account) ?? [];
}
