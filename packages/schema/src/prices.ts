/** The date and region of the prices: list prices, before any discount and without the free tier. */
export const PRICES_OF = "us-east-1, January 2026";

/** US dollars for what a deployment costs without any upload (aws.amazon.com/cloudwatch/pricing, /kms/pricing, /sqs/pricing). */
export const IDLE_USD = {
  sqsRequest: 0.4e-6,
  kmsKeyMonth: 1,
  alarmMetricMonth: 0.1,
  compositeAlarmMonth: 0.5,
  dashboardMonth: 3,
  customMetricMonth: 0.3,
} as const;
