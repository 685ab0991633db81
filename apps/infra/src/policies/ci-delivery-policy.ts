import { EDGE_REGION } from "../watches/watch.ts";
import type { Scope } from "./ci-scope.ts";
import { UNTAGGED } from "./ci-tagged.ts";
import type { Statement } from "./policy-document.ts";

const READ_SETTINGS = [
  "cloudfront:DescribeFunction",
  "cloudfront:GetCachePolicy",
  "cloudfront:GetDistribution",
  "cloudfront:GetFunction",
  "cloudfront:GetOriginAccessControl",
  "cloudfront:GetResponseHeadersPolicy",
  "cloudfront:ListTagsForResource",
];
/** Keys of signatures have no resource in IAM. */
const READ_KEYS = ["cloudfront:GetKeyGroup", "cloudfront:GetPublicKey"];
const READ_LOGS = [
  "logs:GetDelivery",
  "logs:GetDeliveryDestination",
  "logs:GetDeliverySource",
  "logs:ListTagsForResource",
];
const WRITE_FUNCTIONS = [
  "cloudfront:DeleteFunction",
  "cloudfront:PublishFunction",
  "cloudfront:UpdateFunction",
];
/** Policies and access controls have no tags, and ids that are not known before they are created. */
const WRITE_POLICIES = [
  "cloudfront:DeleteCachePolicy",
  "cloudfront:DeleteOriginAccessControl",
  "cloudfront:DeleteResponseHeadersPolicy",
  "cloudfront:UpdateCachePolicy",
  "cloudfront:UpdateOriginAccessControl",
  "cloudfront:UpdateResponseHeadersPolicy",
];
const CREATE = [
  "cloudfront:CreateCachePolicy",
  "cloudfront:CreateFunction",
  "cloudfront:CreateKeyGroup",
  "cloudfront:CreateOriginAccessControl",
  "cloudfront:CreatePublicKey",
  "cloudfront:CreateResponseHeadersPolicy",
  "cloudfront:DeleteKeyGroup",
  "cloudfront:DeletePublicKey",
  "cloudfront:UpdateKeyGroup",
  "cloudfront:UpdatePublicKey",
];
const WRITE_LOGS = [
  "logs:CreateDelivery",
  "logs:DeleteDelivery",
  "logs:DeleteDeliveryDestination",
  "logs:DeleteDeliverySource",
  "logs:PutDeliveryDestination",
  "logs:PutDeliverySource",
  "logs:TagResource",
  "logs:UntagResource",
  "logs:UpdateDeliveryConfiguration",
];

/** Allows reading the settings of delivery stacks, and nothing that is delivered. */
export function readDelivery(scope: Scope): Statement[] {
  if (scope.deliveries.length === 0) return [];
  const { functions, policies, distributions, deliveries, zones, alarms, topics } = arnsOf(scope);
  return [
    allow("ReadDelivery", READ_SETTINGS, [...functions, ...policies, distributions]),
    allow("ReadSigningKeys", READ_KEYS, "*"),
    allow("ReadEdgeLogs", READ_LOGS, deliveries),
    ...(alarms.length === 0
      ? []
      : [
          allow("ReadEdgeAlarms", "cloudwatch:ListTagsForResource", alarms),
          allow("ReadEdgeTopic", ["sns:GetTopicAttributes", "sns:ListTagsForResource"], topics),
        ]),
    allow("ReadFunctionUrls", "lambda:GetFunctionUrlConfig", resolvers(scope)),
    ...(zones.length === 0
      ? []
      : [allow("ReadRecords", ["route53:GetHostedZone", "route53:ListResourceRecordSets"], zones)]),
  ];
}

/** Allows creating, changing and deleting them. A distribution's id is not known before it is created: its tags identify it. */
export function writeDelivery(scope: Scope): Statement[] {
  if (scope.deliveries.length === 0) return [];
  const { functions, policies, distributions, deliveries, zones, alarms, topics } = arnsOf(scope);
  const Environment = scope.deliveries.map(({ environment }) => environment);
  const tags = (kind: string) => ({
    [`aws:${kind}/Project`]: scope.names.name,
    [`aws:${kind}/Environment`]: Environment,
  });
  return [
    allow("WriteEdgeFunctions", WRITE_FUNCTIONS, functions),
    allow("WriteEdgePolicies", WRITE_POLICIES, policies),
    allow("WriteEdgeWithoutResource", CREATE, "*"),
    {
      ...allow("MakeDistributions", "cloudfront:CreateDistribution", "*"),
      Condition: { StringEquals: tags("RequestTag") },
    },
    {
      ...allow("TagNewDistributions", "cloudfront:TagResource", distributions),
      Condition: { StringEquals: tags("RequestTag"), Null: UNTAGGED },
    },
    {
      ...allow(
        "WriteDistributions",
        [
          "cloudfront:AllowVendedLogDeliveryForResource",
          "cloudfront:DeleteDistribution",
          "cloudfront:TagResource",
          "cloudfront:UntagResource",
          "cloudfront:UpdateDistribution",
        ],
        distributions,
      ),
      Condition: { StringEquals: tags("ResourceTag") },
    },
    allow("WriteEdgeLogs", WRITE_LOGS, deliveries),
    allow(
      "WriteFunctionUrls",
      ["lambda:CreateFunctionUrlConfig", "lambda:DeleteFunctionUrlConfig", "lambda:UpdateFunctionUrlConfig"],
      resolvers(scope),
    ),
    ...writeEdgeAlarms(alarms, topics),
    ...(zones.length === 0
      ? []
      : [
          {
            ...allow("WriteRecords", "route53:ChangeResourceRecordSets", zones),
            Condition: {
              "ForAllValues:StringEquals": { "route53:ChangeResourceRecordSetsRecordTypes": ["A", "AAAA"] },
            },
          },
          allow("AwaitRecords", "route53:GetChange", `arn:${scope.names.partition}:route53:::change/*`),
        ]),
  ];
}

/** Alarms on CloudFront's metrics, and their topic, are in CloudFront's region. */
function writeEdgeAlarms(alarms: string[], topics: string[]): Statement[] {
  if (alarms.length === 0) return [];
  return [
    allow(
      "WriteEdgeAlarms",
      [
        "cloudwatch:DeleteAlarms",
        "cloudwatch:PutMetricAlarm",
        "cloudwatch:TagResource",
        "cloudwatch:UntagResource",
      ],
      alarms,
    ),
    allow(
      "WriteEdgeTopic",
      [
        "sns:CreateTopic",
        "sns:DeleteTopic",
        "sns:SetTopicAttributes",
        "sns:Subscribe",
        "sns:TagResource",
        "sns:UntagResource",
      ],
      topics,
    ),
  ];
}

function allow(Sid: string, Action: Statement["Action"], Resource: Statement["Resource"]): Statement {
  return { Sid, Effect: "Allow", Action, Resource };
}

function arnsOf({ names, accountId, deliveries }: Scope) {
  const { partition, name } = names;
  const all = deliveries.map(({ environment }) => environment);
  // In CloudFront's region the statements for the other stacks allow these too.
  const elsewhere = all.filter((environment) => names.regionOf(environment) !== EDGE_REGION);
  const cloudFront = (rest: string) => `arn:${partition}:cloudfront::${accountId}:${rest}`;
  const edge = (service: string, type: string, environments: readonly string[]) =>
    environments.map(
      (environment) =>
        `arn:${partition}:${service}:${EDGE_REGION}:${accountId}:${type}${name}-${environment}-*`,
    );
  return {
    alarms: edge("cloudwatch", "alarm:", elsewhere),
    topics: edge("sns", "", elsewhere),
    functions: all.map((environment) => cloudFront(`function/${name}-${environment}-*`)),
    policies: ["cache-policy/*", "origin-access-control/*", "response-headers-policy/*"].map(cloudFront),
    distributions: cloudFront("distribution/*"),
    deliveries: [
      ...edge("logs", "delivery-source:", all),
      ...edge("logs", "delivery-destination:", all),
      `arn:${partition}:logs:${EDGE_REGION}:${accountId}:delivery:*`,
    ],
    zones: deliveries.flatMap(({ zoneId }) =>
      zoneId === null ? [] : [`arn:${partition}:route53:::hostedzone/${zoneId}`],
    ),
  };
}

/** The resolvers, and their aliases: a function's URL belongs to one. */
function resolvers({ names, accountId, deliveries }: Scope): string[] {
  return deliveries.map(
    ({ environment }) =>
      `arn:${names.partition}:lambda:${names.regionOf(environment)}:${accountId}:function:${names.name}-${environment}-resolver*`,
  );
}
