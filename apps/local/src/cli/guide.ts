import type { PipelinePlaces } from "../accounting/pipeline-places.ts";

/** Where to look and what to try, once the pipeline runs. */
export function guide(
  endpoint: string,
  { uploadBucket, uploadPrefix, processedBucket }: PipelinePlaces,
): string {
  const aws = `AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1 aws --endpoint-url ${endpoint}`;
  return `
S3, SNS and SQS   ${endpoint}
upload to         s3://${uploadBucket}/${uploadPrefix}
read from         s3://${processedBucket}/manifests/ and /renditions/

  ${aws} s3 cp photo.jpg s3://${uploadBucket}/${uploadPrefix}
  ${aws} s3 ls --recursive s3://${processedBucket}/manifests/

Ctrl-C stops it.`;
}
