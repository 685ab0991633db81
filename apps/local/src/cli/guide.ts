import type { LocalPipeline } from "../local-pipeline.ts";
import type { SigningKey } from "../services/signing-key.ts";
import type { Example } from "./example.ts";

export interface Guided extends Pick<LocalPipeline, "places" | "rekognition" | "edgeEndpoint"> {
  endpoint: string;
  signingKey: Pick<SigningKey, "keyPairId" | "path"> | null;
  /** The folder of the functions' logs. */
  logs: string;
  /** The web application that runs beside the pipeline. */
  example: Pick<Example, "name" | "url"> | undefined;
  /** The environment whose settings run, if it was named. */
  environment: string | undefined;
  /** The console's address, if it was opened. */
  console?: string | undefined;
  /** The secret of the webhook, if one runs. */
  webhookSecret?: string | undefined;
}

const LABEL_COLUMNS = 15;

/**
 * The addresses of the pipeline, printed before anything else.
 *
 * @param width of the terminal; an address that does not fit beside its label goes below it
 */
export function toHeader(
  {
    endpoint,
    edgeEndpoint,
    signingKey,
    logs,
    environment,
    console: page,
    example,
    places,
    rekognition,
    webhookSecret,
  }: Guided,
  width: number | undefined,
): string {
  const { uploadBucket, uploadPrefix, processedBucket } = places;
  const rows = [
    ["console", page ?? null],
    ["S3, SNS, SQS", endpoint],
    ["CloudFront", edgeEndpoint],
    ["sign as", signingKey && `${signingKey.keyPairId}, ${signingKey.path}`],
    ["upload to", `s3://${uploadBucket}/${uploadPrefix}`],
    ["results in", `s3://${processedBucket}/`],
    ["Rekognition", rekognition],
    ["settings of", environment ?? null],
    ["webhook secret", webhookSecret ?? null],
    ["function logs", logs],
    [example?.name ?? "", example?.url ?? null],
  ] as const;
  const fits = (value: string) => width === undefined || LABEL_COLUMNS + value.length <= width;
  const lines = rows.flatMap(([label, value]) => {
    if (value === null) return [];
    return fits(value) ? [label.padEnd(LABEL_COLUMNS) + value] : [label, `  ${value}`];
  });
  return [...lines, ""].join("\n");
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
