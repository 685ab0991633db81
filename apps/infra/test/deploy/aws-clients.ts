import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";

/** Clients of a local endpoint, as whoever looks at what the pipeline did. */
export function awsClients(endpoint: string) {
  const config = {
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "onlooker", secretAccessKey: "onlooker" },
  };
  return {
    s3: new S3Client({ ...config, forcePathStyle: true }),
    sns: new SNSClient(config),
    sqs: new SQSClient(config),
  };
}
export type AwsClients = ReturnType<typeof awsClients>;
