import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { Keys } from "./enforced-iam.ts";

const OBSERVER: Keys = { accessKeyId: "observer", secretAccessKey: "observer" };

/** Returns clients of a local endpoint, with the keys of an observer by default. */
export function awsClients(endpoint: string, credentials: Keys = OBSERVER) {
  const config = { endpoint, region: "us-east-1", credentials };
  return {
    s3: new S3Client({ ...config, forcePathStyle: true }),
    sns: new SNSClient(config),
    sqs: new SQSClient(config),
  };
}
export type AwsClients = ReturnType<typeof awsClients>;
