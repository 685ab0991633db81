import { describe, expect, it } from "vitest";
import { aDeployment, synthesised } from "./deployments.ts";
import { statementOf, statementsOf } from "./policies.ts";

const policiesOf = (settings: Parameters<typeof aDeployment>[0]) => {
  const { core } = synthesised(aDeployment(settings));
  const { uploader_policy: uploader, reader_policy: reader } = core.file.output ?? {};
  return { core, uploader: uploader?.value, reader: reader?.value };
};
const KEY = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555";

describe("the uploader's policy", () => {
  it("lets an application upload and delete below the prefix, and nothing else", () => {
    const { core, uploader } = policiesOf({ uploads: { prefix: "photos/" } });
    const bucket = core.reference("aws_s3_bucket", "Uploads/Bucket", "arn");
    expect(statementsOf(uploader).map(({ Sid }) => Sid)).toEqual([
      "UploadAndDelete",
      "UseKeyThroughServices",
    ]);
    expect(statementOf(uploader, "UploadAndDelete")).toMatchObject({
      Action: ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:DeleteObject"],
      Resource: [`${bucket}/photos/*`],
    });
  });

  it("has the key of an existing bucket instead of the pipeline's", () => {
    const uploads = { existingBucket: "team-uploads", existingBucketKeyArn: KEY };
    const { uploader } = policiesOf({ uploads });
    expect(statementOf(uploader, "UploadAndDelete").Resource).toEqual(["arn:aws:s3:::team-uploads/*"]);
    expect(statementOf(uploader, "UseKeyThroughServices")).toMatchObject({
      Resource: [KEY],
      Condition: { StringEquals: { "kms:ViaService": ["s3.us-east-1.amazonaws.com"] } },
    });
  });

  it("has no key without a customer key", () => {
    const { uploader, reader } = policiesOf({ encryption: "sse-s3", retiredKey: false });
    expect(statementsOf(uploader).map(({ Sid }) => Sid)).toEqual(["UploadAndDelete"]);
    expect(statementsOf(reader).map(({ Sid }) => Sid)).toEqual(["ReadResults", "TellMissingManifests"]);
  });
});

describe("the reader's policy", () => {
  const { core, reader } = policiesOf({});
  const bucket = core.reference("aws_s3_bucket", "Processed/Bucket", "arn");

  it("lets an application read manifests and renditions, but no failure or analysis", () => {
    expect(statementOf(reader, "ReadResults")).toMatchObject({
      Action: ["s3:GetObject"],
      Resource: [`${bucket}/manifests/*`, `${bucket}/renditions/*`],
    });
  });

  it("lets S3 answer 404 for a missing manifest, and lists nothing else", () => {
    expect(statementOf(reader, "TellMissingManifests")).toMatchObject({
      Action: ["s3:ListBucket"],
      Resource: [bucket],
      Condition: { StringLikeIfExists: { "s3:prefix": ["manifests/*"] } },
    });
  });

  it("decrypts with the key, and encrypts nothing", () => {
    expect(statementOf(reader, "UseKeyThroughServices").Action).toEqual(["kms:Decrypt"]);
  });

  it("still decrypts with a retired key, which the uploader does not need", () => {
    const retired = policiesOf({ encryption: "sse-s3", retiredKey: true });
    expect(statementOf(retired.reader, "UseKeyThroughServices").Action).toEqual(["kms:Decrypt"]);
    expect(statementsOf(retired.uploader).map(({ Sid }) => Sid)).toEqual(["UploadAndDelete"]);
  });
});
