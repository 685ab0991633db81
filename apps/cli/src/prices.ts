/** The date and region of the prices: list prices, before any discount and without the free tier. */
export const PRICES_OF = "us-east-1, January 2026";

/**
 * US dollars (aws.amazon.com/lambda/pricing, /s3/pricing, /sns/pricing, /sqs/pricing, /cloudwatch/pricing, /kms/pricing).
 * SNS delivers to SQS free of charge.
 */
export const USD = {
  lambdaGigabyteSecond: { arm64: 0.0000133334, x86_64: 0.0000166667 },
  lambdaRequest: 0.2e-6,
  /** PUT, COPY, POST and LIST. */
  s3Write: 5e-6,
  s3Read: 0.4e-6,
  snsPublish: 0.5e-6,
  sqsRequest: 0.4e-6,
  kmsKeyMonth: 1,
  alarmMetricMonth: 0.1,
  compositeAlarmMonth: 0.5,
  dashboardMonth: 3,
} as const;
