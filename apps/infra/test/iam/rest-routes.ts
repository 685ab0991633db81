const FUNCTION = "functions/:FunctionName";
const MAPPING = "event-source-mappings";

/**
 * Method and path of each REST call, by the action that IAM allows it with (docs.aws.amazon.com/lambda/latest/api,
 * docs.aws.amazon.com/eventbridge/latest/pipes-reference, docs.aws.amazon.com/cloudfront/latest/APIReference,
 * docs.aws.amazon.com/Route53/latest/APIReference).
 */
export const ROUTES = {
  lambda: {
    "POST functions": "CreateFunction",
    [`GET ${FUNCTION}`]: "GetFunction",
    [`DELETE ${FUNCTION}`]: "DeleteFunction",
    [`GET ${FUNCTION}/configuration`]: "GetFunctionConfiguration",
    [`PUT ${FUNCTION}/configuration`]: "UpdateFunctionConfiguration",
    [`PUT ${FUNCTION}/code`]: "UpdateFunctionCode",
    [`GET ${FUNCTION}/versions`]: "ListVersionsByFunction",
    [`POST ${FUNCTION}/versions`]: "PublishVersion",
    [`GET ${FUNCTION}/policy`]: "GetPolicy",
    [`POST ${FUNCTION}/policy`]: "AddPermission",
    [`DELETE ${FUNCTION}/policy/:StatementId`]: "RemovePermission",
    [`GET ${FUNCTION}/code-signing-config`]: "GetFunctionCodeSigningConfig",
    [`GET ${FUNCTION}/concurrency`]: "GetFunctionConcurrency",
    [`PUT ${FUNCTION}/concurrency`]: "PutFunctionConcurrency",
    [`DELETE ${FUNCTION}/concurrency`]: "DeleteFunctionConcurrency",
    [`GET ${FUNCTION}/event-invoke-config`]: "GetFunctionEventInvokeConfig",
    [`PUT ${FUNCTION}/event-invoke-config`]: "PutFunctionEventInvokeConfig",
    [`POST ${FUNCTION}/event-invoke-config`]: "UpdateFunctionEventInvokeConfig",
    [`DELETE ${FUNCTION}/event-invoke-config`]: "DeleteFunctionEventInvokeConfig",
    [`POST ${FUNCTION}/aliases`]: "CreateAlias",
    [`GET ${FUNCTION}/aliases/:Name`]: "GetAlias",
    [`PUT ${FUNCTION}/aliases/:Name`]: "UpdateAlias",
    [`DELETE ${FUNCTION}/aliases/:Name`]: "DeleteAlias",
    [`POST ${FUNCTION}/url`]: "CreateFunctionUrlConfig",
    [`GET ${FUNCTION}/url`]: "GetFunctionUrlConfig",
    [`PUT ${FUNCTION}/url`]: "UpdateFunctionUrlConfig",
    [`DELETE ${FUNCTION}/url`]: "DeleteFunctionUrlConfig",
    [`POST ${MAPPING}`]: "CreateEventSourceMapping",
    [`GET ${MAPPING}/:UUID`]: "GetEventSourceMapping",
    [`PUT ${MAPPING}/:UUID`]: "UpdateEventSourceMapping",
    [`DELETE ${MAPPING}/:UUID`]: "DeleteEventSourceMapping",
    "GET tags/:Resource": "ListTags",
    "POST tags/:Resource": "TagResource",
    "DELETE tags/:Resource": "UntagResource",
  },
  pipes: {
    "POST pipes/:Name": "CreatePipe",
    "GET pipes/:Name": "DescribePipe",
    "PUT pipes/:Name": "UpdatePipe",
    "DELETE pipes/:Name": "DeletePipe",
    "GET tags/:resourceArn": "ListTagsForResource",
    "POST tags/:resourceArn": "TagResource",
    "DELETE tags/:resourceArn": "UntagResource",
  },
  cloudfront: {
    ...ofKind("cache-policy", "CachePolicy"),
    ...ofKind("distribution", "Distribution", "/config"),
    ...ofKind("key-group", "KeyGroup"),
    ...ofKind("origin-access-control", "OriginAccessControl", "/config"),
    ...ofKind("public-key", "PublicKey", "/config"),
    ...ofKind("response-headers-policy", "ResponseHeadersPolicy"),
    "POST distribution/:Id/invalidation": "CreateInvalidation",
    "POST function": "CreateFunction",
    "GET function/:Name": "GetFunction",
    "GET function/:Name/describe": "DescribeFunction",
    "PUT function/:Name": "UpdateFunction",
    "POST function/:Name/publish": "PublishFunction",
    "DELETE function/:Name": "DeleteFunction",
    "GET tagging": "ListTagsForResource",
    "POST tagging?Tag": "TagResource",
    "POST tagging?Untag": "UntagResource",
  },
  route53: {
    "GET hostedzone/:Id": "GetHostedZone",
    "GET hostedzone/:Id/rrset": "ListResourceRecordSets",
    "POST hostedzone/:Id/rrset": "ChangeResourceRecordSets",
    "GET change/:Id": "GetChange",
  },
} satisfies Record<string, Record<string, string>>;
export type RestService = keyof typeof ROUTES;

/** Returns the routes of a kind of CloudFront's resources. */
function ofKind(path: string, name: string, settings = ""): Record<string, string> {
  return {
    [`POST ${path}`]: `Create${name}`,
    [`GET ${path}/:Id`]: `Get${name}`,
    [`PUT ${path}/:Id${settings}`]: `Update${name}`,
    [`DELETE ${path}/:Id`]: `Delete${name}`,
  };
}
