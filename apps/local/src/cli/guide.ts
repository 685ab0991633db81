import type { LocalPipeline } from "../local-pipeline.ts";

/** Where to look and what to try, once the pipeline runs. */
export function guide(
  endpoint: string,
  { places, rekognition }: Pick<LocalPipeline, "places" | "rekognition">,
): string {
  const { uploadBucket, uploadPrefix, processedBucket } = places;
  const aws = `AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1 aws --endpoint-url ${endpoint}`;
  return `
S3, SNS and SQS   ${endpoint}
upload to         s3://${uploadBucket}/${uploadPrefix}
read from         s3://${processedBucket}/manifests/ and /renditions/${rekognition ? `\nRekognition       ${rekognition}` : ""}

  ${aws} s3 cp photo.jpg s3://${uploadBucket}/${uploadPrefix}
  ${aws} s3 ls --recursive s3://${processedBucket}/manifests/

Ctrl-C stops it.`;
}
