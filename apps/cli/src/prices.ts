import { IDLE_USD, PRICES_OF } from "@image-pipeline/schema/prices";

export { PRICES_OF };

/**
 * US dollars (aws.amazon.com/lambda/pricing, /s3/pricing, /sns/pricing, /rekognition/pricing, /step-functions/pricing, /cloudfront/pricing), beside
 * those of an idle deployment. SNS delivers to SQS free of charge.
 */
export const USD = {
  ...IDLE_USD,
  lambdaGigabyteSecond: { arm64: 0.0000133334, x86_64: 0.0000166667 },
  lambdaRequest: 0.2e-6,
  /** PUT, COPY, POST and LIST. */
  s3Write: 5e-6,
  s3Read: 0.4e-6,
  snsPublish: 0.5e-6,
  /** Labels or moderation of one image, of the first million in a month. */
  rekognitionImage: 0.001,
  /** In North America and Europe, beyond CloudFront's free ten million requests and terabyte of an account. */
  edgeRequest: 1e-6,
  edgeGigabyte: 0.085,
  /** Of a CloudFront Function, beyond the free two million. */
  edgeFunctionCall: 0.1e-6,
  /** Of a standard workflow. */
  stateTransition: 0.025e-3,
} as const;
