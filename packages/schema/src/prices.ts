/**
 * List prices in US dollars, before any discount and without the free tier, from the price page of each service:
 * aws.amazon.com/lambda/pricing, /s3/pricing, /sns/pricing, /sqs/pricing, /eventbridge/pricing, /cloudwatch/pricing, /xray/pricing,
 * /kms/pricing, /rekognition/pricing, /step-functions/pricing and /cloudfront/pricing. SNS delivers to SQS free of charge.
 */
const US_EAST_1 = {
  lambdaGigabyteSecond: { arm64: 0.0000133334, x86_64: 0.0000166667 },
  lambdaRequest: 0.2e-6,
  /** PUT, COPY, POST and LIST. */
  s3Write: 5e-6,
  s3Read: 0.4e-6,
  s3GigabyteMonth: 0.023,
  snsPublish: 0.5e-6,
  sqsRequest: 0.4e-6,
  /** Of an event that S3 sends; rules and targets are free. */
  eventBridgeEvent: 1e-6,
  logGigabyte: 0.5,
  /** Scanned by a query of CloudWatch Logs Insights. */
  logInsightsGigabyte: 0.005,
  /** A stored log is compressed to about 15 % of its size. */
  logGigabyteMonth: 0.03,
  traceRecorded: 5e-6,
  kmsRequest: 3e-6,
  kmsKeyMonth: 1,
  alarmMetricMonth: 0.1,
  compositeAlarmMonth: 0.5,
  dashboardMonth: 3,
  customMetricMonth: 0.3,
  /** Labels or moderation of one image, of the first million in a month. */
  rekognitionImage: 0.001,
  /** In North America and Europe, beyond CloudFront's free ten million requests and terabyte of an account. */
  edgeRequest: 1e-6,
  edgeGigabyte: 0.085,
  /** Of a CloudFront Function, beyond the free two million. */
  edgeFunctionCall: 0.1e-6,
  /** Of a standard workflow. */
  stateTransition: 0.025e-3,
};

/** The price of each thing that a deployment uses. */
export type Prices = typeof US_EAST_1;

/** The regions of the table, each with its differences to us-east-1. */
const REGIONS: Readonly<Record<string, Partial<Prices>>> = {
  "us-east-1": {},
  "us-east-2": {},
  "us-west-2": {},
  "eu-west-1": { logGigabyte: 0.57 },
  "eu-central-1": { s3Write: 5.4e-6, s3Read: 0.43e-6, s3GigabyteMonth: 0.0245, logGigabyte: 0.63 },
};

export const PRICED_REGIONS = Object.keys(REGIONS);
export const PRICES_DATE = "January 2026";

/** The prices of a region, with the place and date that they are of. */
export interface PriceTable {
  prices: Prices;
  /** Such as `us-east-1, January 2026`. */
  pricesOf: string;
}

/** Returns the prices of a region; those of us-east-1, and says so, for a region that the table lacks. */
export function pricesFor(region: string): PriceTable {
  const differences = REGIONS[region];
  const place = differences === undefined ? `us-east-1, as ${region} is not in the table` : region;
  return { prices: { ...US_EAST_1, ...differences }, pricesOf: `${place}, ${PRICES_DATE}` };
}

/** The prices of us-east-1, and their place and date. */
export const { prices: USD, pricesOf: PRICES_OF } = pricesFor("us-east-1");
