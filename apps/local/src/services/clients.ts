import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** The credentials that the documentation names. A request signed in its headers may use any other; a presigned URL may not. */
export const LOCAL_CREDENTIALS: Credentials = { accessKeyId: "test", secretAccessKey: "test" };

export interface Connection {
  endpoint: string;
  region: string;
  credentials: Credentials;
}

/** Returns clients of one endpoint. Endpoints in the user's AWS configuration do not affect them. */
export function awsClients({ endpoint, region, credentials }: Connection) {
  const settings = { endpoint, region, credentials, useFipsEndpoint: false, useDualstackEndpoint: false };
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  const sns = new SNSClient(settings);
  const sqs = new SQSClient({ ...settings, useQueueUrlAsEndpoint: false });
  return {
    s3,
    sns,
    sqs,
    close() {
      for (const client of [s3, sns, sqs]) client.destroy();
    },
  };
}
export type AwsClients = ReturnType<typeof awsClients>;
