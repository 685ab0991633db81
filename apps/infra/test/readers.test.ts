import { describe, expect, it } from "vitest";
import { aDeployment, synthesised } from "./deployments.ts";
import { statementOf, statementsOf } from "./policies.ts";

const distribution = "arn:aws:cloudfront::123456789012:distribution/E1ABCDEFGHIJKL";
const role = "arn:aws:iam::210987654321:role/website";
const readers = { accounts: ["345678901234"], roles: [role], cloudFrontDistributions: [distribution] };
const { core } = synthesised(aDeployment({ readers, analysis: { enabled: true } }));
const processed = core.reference("aws_s3_bucket", "Processed/Bucket", "arn");
const { policy: bucketPolicy } = core.one("aws_s3_bucket_policy", "Processed/Policy");
const { policy: keyPolicy } = core.one("aws_kms_key", "Encryption/Key");
const principal = { AWS: ["arn:aws:iam::345678901234:root", role] };

describe("accounts and roles among the readers", () => {
  it("may read renditions and manifests, and nothing else", () => {
    expect(statementOf(bucketPolicy, "ReadersRead")).toMatchObject({
      Principal: principal,
      Action: ["s3:GetObject"],
      Resource: [`${processed}/renditions/*`, `${processed}/manifests/*`],
    });
  });

  it("may decrypt with the key, only through S3", () => {
    expect(statementOf(keyPolicy, "ReadersDecrypt")).toMatchObject({
      Principal: principal,
      Action: ["kms:Decrypt"],
      Condition: { StringEquals: { "kms:ViaService": ["s3.us-east-1.amazonaws.com"] } },
    });
  });
});

describe("a CloudFront distribution among the readers", () => {
  const cloudFront = {
    Principal: { Service: "cloudfront.amazonaws.com" },
    Condition: { StringEquals: { "aws:SourceArn": [distribution] } },
  };

  it("may read renditions for that distribution only", () => {
    expect(statementOf(bucketPolicy, "CloudFrontReads")).toMatchObject({
      ...cloudFront,
      Action: ["s3:GetObject"],
      Resource: [`${processed}/renditions/*`],
    });
  });

  it("may decrypt with the key for that distribution only", () => {
    expect(statementOf(keyPolicy, "CloudFrontDecrypts")).toMatchObject({
      ...cloudFront,
      Action: ["kms:Decrypt"],
    });
  });
});

it("keeps quarantined renditions from every reader", () => {
  const { Effect, Principal, Condition } = statementOf(bucketPolicy, "DenyQuarantined");
  expect([Effect, Principal]).toEqual(["Deny", "*"]);
  expect(JSON.stringify(Condition)).not.toContain(role);
});

it("adds no statement without readers, and nothing about keys without a customer key", () => {
  const sids = (policy: unknown) => statementsOf(policy).map(({ Sid }) => Sid);
  const plain = synthesised(aDeployment()).core;
  expect(sids(plain.one("aws_s3_bucket_policy", "Processed/Policy").policy)).toEqual([
    "DenySecret",
    "DenyInsecureTransport",
  ]);
  expect(sids(plain.one("aws_kms_key", "Encryption/Key").policy)).not.toContain("ReadersDecrypt");
  const unencrypted = synthesised(aDeployment({ readers, encryption: "sse-s3", retiredKey: false })).core;
  expect(JSON.stringify(unencrypted.file)).not.toContain("kms:");
});
