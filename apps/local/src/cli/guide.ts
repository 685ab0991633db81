import type { LocalPipeline } from "../local-pipeline.ts";

export interface Guided extends Pick<LocalPipeline, "places" | "rekognition"> {
  endpoint: string;
  /** The folder of the functions' logs. */
  logs: string;
  /** The environment whose settings run, if it was named. */
  environment: string | undefined;
}

/** The addresses of what runs, printed before anything else. */
export function toHeader({ endpoint, logs, environment, places, rekognition }: Guided): string {
  const { uploadBucket, uploadPrefix, processedBucket } = places;
  return [
    `S3, SNS, SQS   ${endpoint}`,
    `upload to      s3://${uploadBucket}/${uploadPrefix}`,
    `results in     s3://${processedBucket}/`,
    ...(rekognition === null ? [] : [`Rekognition    ${rekognition}`]),
    ...(environment === undefined ? [] : [`settings of    ${environment}`]),
    `function logs  ${logs}`,
    "",
  ].join("\n");
}

/** Commands to try while it runs. */
export function toAdvice({ endpoint, places }: Pick<Guided, "endpoint" | "places">): string {
  const { uploadBucket, uploadPrefix, processedBucket } = places;
  return `
To upload and to list with the AWS CLI:
  export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test
  export AWS_DEFAULT_REGION=us-east-1
  export AWS_ENDPOINT_URL=${endpoint}
  aws s3 cp photo.jpg s3://${uploadBucket}/${uploadPrefix}
  aws s3 ls --recursive s3://${processedBucket}/manifests/

Ctrl-C stops it.`;
}
