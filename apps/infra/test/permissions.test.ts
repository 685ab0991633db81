import { describe, expect, it } from "vitest";
import { aDeployment, synthesised } from "./deployments.ts";
import { type Statement, statementsOf } from "./policies.ts";

const { core } = synthesised(aDeployment({ uploads: { prefix: "photos/" }, analysis: { enabled: true } }));
const uploads = core.reference("aws_s3_bucket", "Uploads/Bucket", "arn");
const processed = core.reference("aws_s3_bucket", "Processed/Bucket", "arn");
const allowed = (part: string): Statement[] =>
  statementsOf(core.one("aws_iam_role_policy", `${part}/Handler/RolePolicy`).policy);

/** Returns every action of a role with its resource. */
function grants(part: string): string[] {
  return allowed(part)
    .flatMap(({ Action, Resource }) => Action.flatMap((action) => Resource.map((at) => `${action} ${at}`)))
    .sort();
}

describe.each(["Ingest", "Worker", "Backfill", "Analyzer", "Audit"])("the role of %s", (part) => {
  it("can be assumed only by Lambda", () => {
    const { assume_role_policy } = core.one("aws_iam_role", `${part}/Handler/Role`);
    expect(JSON.parse(String(assume_role_policy)).Statement).toEqual([
      { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
    ]);
  });

  it("has no wildcards except the resources of X-Ray and Rekognition, which support none", () => {
    for (const { Action, Resource } of allowed(part)) {
      expect(Action.filter((action) => action.includes("*"))).toEqual([]);
      if (Resource.includes("*"))
        expect(Action.every((action) => /^(xray|rekognition):/.test(action))).toBe(true);
    }
  });

  it("has no managed policy attached", () => {
    expect(core.all("aws_iam_role_policy_attachment").size).toBe(0);
    expect(core.one("aws_iam_role", `${part}/Handler/Role`).managed_policy_arns).toBeUndefined();
  });
});

it("allows ingest only to publish events, send failures, log and trace", () => {
  expect(grants("Ingest")).toEqual([
    `kms:Decrypt ${core.reference("aws_kms_key", "Encryption/Key", "arn")}`,
    `kms:GenerateDataKey ${core.reference("aws_kms_key", "Encryption/Key", "arn")}`,
    `logs:CreateLogStream ${core.reference("aws_cloudwatch_log_group", "Ingest/Handler/LogGroup", "arn")}:*`,
    `logs:PutLogEvents ${core.reference("aws_cloudwatch_log_group", "Ingest/Handler/LogGroup", "arn")}:*`,
    `sns:Publish ${core.reference("aws_sns_topic", "ImageEvents/Topic", "arn")}`,
    `sqs:SendMessage ${core.reference("aws_sqs_queue", "Ingest/DeadLetters/Queue", "arn")}`,
    `sqs:SendMessage ${core.reference("aws_sqs_queue", "Ingest/Failures/Queue", "arn")}`,
    "xray:PutTelemetryRecords *",
    "xray:PutTraceSegments *",
  ]);
});

describe("the worker", () => {
  const s3 = grants("Worker").filter((grant) => grant.startsWith("s3:"));

  it("only reads in the upload bucket, and only below the prefix", () => {
    expect(s3.filter((grant) => grant.includes(uploads))).toEqual([
      `s3:GetObject ${uploads}/photos/*`,
      `s3:GetObjectVersion ${uploads}/photos/*`,
      `s3:ListBucket ${uploads}`,
    ]);
  });

  it("writes only below manifests/, renditions/ and failures/, and the secret once", () => {
    expect(s3.filter((grant) => /s3:(Put|Delete)/.test(grant))).toEqual([
      `s3:DeleteObject ${processed}/failures/*`,
      `s3:DeleteObject ${processed}/renditions/*`,
      `s3:PutObject ${processed}/failures/*`,
      `s3:PutObject ${processed}/manifests/*`,
      `s3:PutObject ${processed}/renditions/*`,
      `s3:PutObject ${processed}/secrets/renditions`,
      `s3:PutObjectTagging ${processed}/manifests/*`,
      `s3:PutObjectTagging ${processed}/renditions/*`,
    ]);
  });

  it("lists only below its prefixes, which makes S3 answer 404 for a missing key", () => {
    const conditions = allowed("Worker")
      .filter(({ Action }) => Action.includes("s3:ListBucket"))
      .map(({ Condition }) => Condition);
    expect(conditions).toEqual([
      { StringLikeIfExists: { "s3:prefix": ["photos/*"] } },
      { StringLikeIfExists: { "s3:prefix": ["manifests/*", "renditions/*"] } },
    ]);
  });

  it("receives, deletes and defers messages of its queue, and sends none", () => {
    const queue = core.reference("aws_sqs_queue", "Renditions/Queue", "arn");
    expect(grants("Worker").filter((grant) => grant.startsWith("sqs:"))).toEqual([
      `sqs:ChangeMessageVisibility ${queue}`,
      `sqs:DeleteMessage ${queue}`,
      `sqs:GetQueueAttributes ${queue}`,
      `sqs:ReceiveMessage ${queue}`,
    ]);
  });

  it("publishes results only", () => {
    const results = core.reference("aws_sns_topic", "ImageResults/Topic", "arn");
    expect(grants("Worker").filter((grant) => grant.startsWith("sns:"))).toEqual([`sns:Publish ${results}`]);
  });
});

it("gives the backfill lane the worker's permissions, for its own queue and log", () => {
  const own = (grant: string) =>
    grant.replaceAll(/(Renditions|Worker)_/g, "Backfill_").replaceAll(/_[0-9A-F]{8}/g, "");
  expect(grants("Backfill").map(own)).toEqual(grants("Worker").map(own).sort());
});

describe("the analyzer", () => {
  const s3 = grants("Analyzer").filter((grant) => grant.startsWith("s3:"));

  it("only reads in the upload bucket, and only below the prefix", () => {
    expect(s3.filter((grant) => grant.includes(uploads))).toEqual([
      `s3:GetObject ${uploads}/photos/*`,
      `s3:GetObjectVersion ${uploads}/photos/*`,
      `s3:ListBucket ${uploads}`,
    ]);
  });

  it("writes analyses, reads manifests, and changes only the tags of renditions", () => {
    expect(s3.filter((grant) => grant.includes(processed))).toEqual([
      `s3:DeleteObject ${processed}/failures/*`,
      `s3:GetObject ${processed}/analysis/*`,
      `s3:GetObject ${processed}/manifests/*`,
      `s3:GetObject ${processed}/secrets/renditions`,
      `s3:GetObjectTagging ${processed}/renditions/*`,
      `s3:ListBucket ${processed}`,
      `s3:PutObject ${processed}/analysis/*`,
      `s3:PutObject ${processed}/failures/*`,
      `s3:PutObjectTagging ${processed}/analysis/*`,
      `s3:PutObjectVersionTagging ${processed}/renditions/*`,
    ]);
  });

  it("may call Rekognition only for enabled features", () => {
    const asked = (part: string) => grants(part).filter((grant) => grant.startsWith("rekognition:"));
    expect(asked("Analyzer")).toEqual(["rekognition:DetectLabels *", "rekognition:DetectModerationLabels *"]);
    const analysis = { enabled: true, labels: { enabled: false } };
    const moderating = synthesised(aDeployment({ analysis })).core;
    const { policy } = moderating.one("aws_iam_role_policy", "Analyzer/Handler/RolePolicy");
    const [recognise] = statementsOf(policy).filter(({ Sid }) => Sid === "RecogniseContent");
    expect(recognise?.Action).toEqual(["rekognition:DetectModerationLabels"]);
  });
});

describe("a rendition tagged as quarantined", () => {
  const policyOf = (changes: Parameters<typeof aDeployment>[0]) =>
    statementsOf(
      synthesised(aDeployment(changes)).core.one("aws_s3_bucket_policy", "Processed/Policy").policy,
    );

  it("can be read only by the pipeline's own roles", () => {
    const denial = policyOf({ analysis: { enabled: true } }).find(({ Sid }) => Sid === "DenyQuarantined");
    expect(denial).toMatchObject({
      Effect: "Deny",
      Principal: "*",
      Action: ["s3:GetObject*"],
      Condition: { StringEquals: { "s3:ExistingObjectTag/quarantine": ["true"] } },
    });
    const roles = denial?.Condition?.ArnNotEquals?.["aws:PrincipalArn"] ?? [];
    expect(roles.map((arn) => arn.replace(/^.*:role\//, ""))).toEqual([
      "image-pipeline-dev-worker",
      "image-pipeline-dev-backfill",
      "image-pipeline-dev-analyzer",
      "image-pipeline-dev-audit",
    ]);
  });

  it("has no policy if analysis is disabled", () => {
    expect(policyOf({}).map(({ Sid }) => Sid)).toEqual(["DenySecret", "DenyInsecureTransport"]);
  });
});

describe("the audit", () => {
  it("reads both buckets, writes only its own progress, and sends failed runs to its queues", () => {
    const others = grants("Audit").filter((grant) => !/^(kms|logs|xray):/.test(grant));
    expect(others).toEqual([
      `s3:GetObject ${processed}/audit/*`,
      `s3:GetObject ${processed}/manifests/*`,
      `s3:GetObject ${processed}/renditions/*`,
      `s3:GetObject ${uploads}/photos/*`,
      `s3:ListBucket ${processed}`,
      `s3:ListBucket ${uploads}`,
      `s3:PutObject ${processed}/audit/*`,
      `sqs:SendMessage ${core.reference("aws_sqs_queue", "Audit/DeadLetters/Queue", "arn")}`,
      `sqs:SendMessage ${core.reference("aws_sqs_queue", "Audit/Failures/Queue", "arn")}`,
    ]);
  });

  it("lists only below the prefixes that it compares", () => {
    const conditions = allowed("Audit")
      .filter(({ Action }) => Action.includes("s3:ListBucket"))
      .map(({ Condition }) => Condition);
    expect(conditions).toEqual([
      { StringLikeIfExists: { "s3:prefix": ["photos/*"] } },
      { StringLikeIfExists: { "s3:prefix": ["manifests/*", "renditions/*", "audit/*"] } },
    ]);
  });
});
