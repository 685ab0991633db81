import { createHash } from "node:crypto";
import { toMappingId } from "../topology/mapping-switches.ts";
import { LOCAL_ACCOUNT_ID } from "../topology/topology.ts";

export interface Place {
  region: string;
  /** The endpoint of S3, SNS and SQS, such as `http://127.0.0.1:4566`. */
  endpoint: string;
}

type Named = (name: string, place: Place) => string;

const arn =
  (service: string, prefix = ""): Named =>
  (name, { region }) =>
    `arn:aws:${service}:${region}:${LOCAL_ACCOUNT_ID}:${prefix}${name}`;
const queueUrl: Named = (name, { endpoint }) => `${endpoint}/${LOCAL_ACCOUNT_ID}/${name}`;
const ownName: Named = (name) => name;

/** Returns an id in CloudFront's form, which is the same in every run. */
const cloudFrontId =
  (letter: string): Named =>
  (name) =>
    letter + createHash("sha256").update(name).digest("hex").slice(0, 13).toUpperCase();
const globalArn =
  (service: string, prefix: string, toName: Named = ownName): Named =>
  (name, place) =>
    `arn:aws:${service}::${LOCAL_ACCOUNT_ID}:${prefix}${toName(name, place)}`;
const distributionId = cloudFrontId("E");

/** The one version of a function that runs here. */
const VERSION = "1";

interface Computed {
  /** The attributes that make a resource's name, with a colon between them. */
  nameIn: readonly string[];
  attributes: Readonly<Record<string, Named>>;
}

/** The attributes that hold a resource's name, by type, and those that AWS would compute from it. */
const COMPUTED: Readonly<Record<string, Computed>> = {
  aws_s3_bucket: { nameIn: ["bucket"], attributes: { id: ownName, arn: (name) => `arn:aws:s3:::${name}` } },
  aws_sns_topic: { nameIn: ["name"], attributes: { id: arn("sns"), arn: arn("sns") } },
  aws_sqs_queue: { nameIn: ["name"], attributes: { id: queueUrl, url: queueUrl, arn: arn("sqs") } },
  aws_lambda_function: {
    nameIn: ["function_name"],
    attributes: {
      id: ownName,
      arn: arn("lambda", "function:"),
      version: () => VERSION,
      qualified_arn: (name, place) => arn("lambda", "function:")(`${name}:${VERSION}`, place),
    },
  },
  aws_lambda_alias: {
    nameIn: ["function_name", "name"],
    attributes: { arn: arn("lambda", "function:") },
  },
  aws_lambda_event_source_mapping: {
    nameIn: ["function_name"],
    attributes: {
      id: toMappingId,
      uuid: toMappingId,
      arn: (name, place) => arn("lambda", "event-source-mapping:")(toMappingId(name), place),
    },
  },
  aws_iam_role: {
    nameIn: ["name"],
    attributes: { id: ownName, arn: (name) => `arn:aws:iam::${LOCAL_ACCOUNT_ID}:role/${name}` },
  },
  aws_sfn_state_machine: {
    nameIn: ["name"],
    attributes: { id: arn("states", "stateMachine:"), arn: arn("states", "stateMachine:") },
  },
  aws_lambda_function_url: { nameIn: ["function_name"], attributes: { url_id: ownName } },
  aws_cloudfront_cache_policy: { nameIn: ["name"], attributes: { id: ownName } },
  aws_cloudfront_distribution: {
    nameIn: ["comment"],
    attributes: {
      id: distributionId,
      arn: globalArn("cloudfront", "distribution/", distributionId),
      domain_name: (name, place) => `${distributionId(name, place).toLowerCase()}.cloudfront.net`,
      hosted_zone_id: () => "Z2FDTNDATAQYW2",
    },
  },
  aws_cloudfront_function: {
    nameIn: ["name"],
    attributes: { id: ownName, arn: globalArn("cloudfront", "function/") },
  },
  aws_cloudfront_key_group: { nameIn: ["name"], attributes: { id: ownName } },
  aws_cloudfront_origin_access_control: { nameIn: ["name"], attributes: { id: ownName } },
  aws_cloudfront_public_key: { nameIn: ["name"], attributes: { id: cloudFrontId("K") } },
  aws_cloudfront_response_headers_policy: { nameIn: ["name"], attributes: { id: ownName } },
  aws_cloudwatch_log_group: { nameIn: ["name"], attributes: { id: ownName, arn: arn("logs", "log-group:") } },
};

/** Returns the function that computes an attribute, and the attributes that it needs; undefined for an unknown one. */
export function computedAttribute(
  type: string,
  attribute: string,
): { nameIn: readonly string[]; compute: Named } | undefined {
  const known = COMPUTED[type];
  const compute = known?.attributes[attribute];
  return known && compute && { nameIn: known.nameIn, compute };
}

/** Returns the computed attributes of a resource type. */
export function computedNames(type: string): readonly string[] {
  return Object.keys(COMPUTED[type]?.attributes ?? {});
}

/** Returns the value of a data source's attribute; undefined for an unknown one. */
export function dataSourceAttribute(type: string, attribute: string, { region }: Place): string | undefined {
  const answers: Record<string, Record<string, string>> = {
    aws_caller_identity: { account_id: LOCAL_ACCOUNT_ID, id: LOCAL_ACCOUNT_ID },
    aws_region: { name: region, region, id: region },
    aws_partition: { partition: "aws", id: "aws", dns_suffix: "amazonaws.com" },
  };
  return answers[type]?.[attribute];
}
