import { CreateBucketCommand, PutBucketEncryptionCommand, type S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";

const Key = z.object({ KeyMetadata: z.object({ Arn: z.string(), KeyId: z.string() }) });
/** A call of KMS without its client: moto looks at the service only. */
const AUTHORIZATION =
  "AWS4-HMAC-SHA256 Credential=operator/20260101/us-east-1/kms/aws4_request, SignedHeaders=host, Signature=0";

/** Creates a bucket like that of image-pipeline-state, with its key as default; state.e2e.test.ts deploys the stack itself. */
export async function createStateBucket(endpoint: string, s3: S3Client, Bucket: string): Promise<void> {
  const { Arn, KeyId } = Key.parse(JSON.parse(await callKms(endpoint, "CreateKey", {}))).KeyMetadata;
  await callKms(endpoint, "CreateAlias", { AliasName: "alias/image-pipeline-state", TargetKeyId: KeyId });
  await s3.send(new CreateBucketCommand({ Bucket }));
  const byDefault = { SSEAlgorithm: "aws:kms" as const, KMSMasterKeyID: Arn };
  const ServerSideEncryptionConfiguration = { Rules: [{ ApplyServerSideEncryptionByDefault: byDefault }] };
  await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }));
}

async function callKms(endpoint: string, action: string, input: Record<string, string>): Promise<string> {
  const headers = {
    authorization: AUTHORIZATION,
    "content-type": "application/x-amz-json-1.1",
    "x-amz-target": `TrentService.${action}`,
  };
  const answer = await fetch(endpoint, { method: "POST", headers, body: JSON.stringify(input) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${action}: ${answer.status} ${text}`);
  return text;
}
